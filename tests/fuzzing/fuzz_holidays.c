/* fuzz_holidays.c - any bytes are a holiday file: refused with a reason, or a calendar that can be loaded
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/buffer.h"
#include "lib/calendar.h"
#include "lib/holidays.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const work[] = { "work", NULL }, *const skip[] = { "skip", NULL };
    struct error error = { 0 };
    struct holidays *holidays = holidays_new(2020, 2030, &error);
    struct buffer text;
    buffer_init(&text, HOLIDAYS_FILE_MAX + 1);
    buffer_append(&text, data, size);
    holidays_words(holidays, work, skip);
    int result = holidays_read(holidays, "fuzz", buffer_text(&text), text.size, &error);
    if (result < 0 && error.text[0] == '\0')
        abort();
    json_t *days = holidays_to_json(holidays, "mon");
    json_object_set_new(days, "timezone", json_string("UTC"));
    json_object_set_new(days, "hours", json_pack("{s:[[s,s]]}", "mon", "09:00", "17:00"));
    struct calendar *calendar = calendar_from_json(days, "", &error);
    if (!calendar)
        abort();
    calendar_free(calendar);
    json_decref(days);
    buffer_release(&text);
    holidays_free(holidays);
    return 0;
}
