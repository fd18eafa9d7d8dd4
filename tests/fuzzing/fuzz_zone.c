/* fuzz_zone.c - any bytes are a time zone file: refused, or local times that keep their order
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = { 0 };
    struct zone *zone = zone_from_bytes("fuzz", data, size, &error);
    if (!zone) {
        if (error.text[0] == '\0')
            abort();
        return 0;
    }
    size_t count = zone_change_count(zone), step = count / 64 + 1;
    for (size_t i = 0; i < count; i += step) {
        struct zone_change change = zone_change_get(zone, i);
        if (change.before == change.after || zone_offset(zone, change.at) != change.after ||
            zone_offset(zone, change.at - 1) != change.before || zone_change_after(zone, change.at) != i + 1)
            abort();
        int64_t day = (change.at + change.before) / 86400;
        for (int second = 0; second <= 86400; second += 1800) {
            instant at;
            if (zone_instant(zone, day, second, &at) && llabs(at - day * 86400 - second) > 100000)
                abort();
        }
    }
    zone_free(zone);
    return 0;
}
