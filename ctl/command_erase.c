/* command_erase.c - redressctl erase: forgets a customer
 * SPDX-License-Identifier: MIT
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "ctl/keeping.h"
#include "ctl/screen.h"

/* Where the mails themselves lie: they are not ours to remove. Read before their sightings go. */
static int find_places(struct workplace *place, const struct erasure *erasure, json_t *places, struct error *error)
{
    for (size_t i = 0; i < erasure->mail_count; i++) {
        struct sighting *sightings;
        size_t count;
        if (store_sighting_list(place->store, erasure->mails[i], place->arena, &sightings, &count, error) < 0)
            return -1;
        for (size_t k = 0; k < count; k++) {
            if (!sightings[k].account || !sightings[k].folder)
                continue;
            char *name = arena_printf(place->arena, "%s/%s", sightings[k].account, sightings[k].folder);
            json_t *known = name ? json_object_get(places, name) : NULL;
            if (!known && name)
                json_object_set_new(places, name, known = json_array());
            json_array_append_new(known, json_integer(sightings[k].uid));
        }
    }
    return 1;
}

/* Copies made before migrations hold the customer still. */
static json_t *older_copies(const struct workplace *place)
{
    json_t *copies = json_array();
    char *pattern = arena_printf(place->arena, "%s.v*.backup", place->site->config->database);
    glob_t found;
    if (pattern && glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            json_array_append_new(copies, json_string(found.gl_pathv[i]));
        globfree(&found);
    }
    return copies;
}

static int print_result(struct workplace *place, const struct erasure *erasure, json_t *places, json_t *copies)
{
    if (place->context->json)
        return workplace_print_json(json_pack("{s:I, s:I, s:O, s:O}", "tickets", (json_int_t)erasure->ticket_count, "mails",
                                              (json_int_t)erasure->mail_count, "places", places, "copies", copies));
    struct buffer out;
    buffer_init(&out, 8 << 20);
    buffer_printf(&out, "erased: %zu ticket%s, %zu mail%s; mail that comes from now on opens a new ticket\n", erasure->ticket_count,
                  erasure->ticket_count == 1 ? "" : "s", erasure->mail_count, erasure->mail_count == 1 ? "" : "s");
    const char *name;
    json_t *uids, *copy;
    size_t i;
    if (json_object_size(places) > 0)
        buffer_puts(&out, "the mails themselves still lie in (account/folder: UIDs); removing them is yours to do:\n");
    json_object_foreach(places, name, uids) {
        buffer_puts(&out, "  ");
        screen_put(&out, name);
        buffer_puts(&out, ":");
        json_t *uid;
        json_array_foreach(uids, i, uid)
            buffer_printf(&out, " %lld", (long long)json_integer_value(uid));
        buffer_putc(&out, '\n');
    }
    if (json_array_size(copies) > 0)
        buffer_puts(&out, "copies of the database made before the erasure hold the customer still:\n");
    json_array_foreach(copies, i, copy)
        buffer_printf(&out, "  %s\n", json_string_value(copy));
    int status = workplace_print(&out);
    buffer_release(&out);
    return status;
}

static int erase(struct workplace *place, const char *customer, const char *reason)
{
    struct erasure erasure;
    struct error error = { 0 };
    int status = keeping_find(place, customer, &erasure);
    if (status != EX_OK)
        return status;
    erasure.reason = reason ? reason : "the customer asked for it";
    json_t *places = json_object(), *copies = older_copies(place);
    if (find_places(place, &erasure, places, &error) < 0 || store_erase_begin(place->store, &error) < 0 ||
        store_transaction(place->store, erase_customer, &erasure, &error) < 0)
        status = workplace_fail(place, &error);
    else
        status = print_result(place, &erasure, places, copies);
    /* What readers still hold is overwritten by a later checkpoint: no reason to fail. */
    if (status == EX_OK)
        store_erase_end(place->store, &error);
    json_decref(places);
    json_decref(copies);
    return status;
}

static int run(const struct command_context *context, int argc, char **argv)
{
    const char *reason;
    int status = command_reason(&command_erase, argc, argv, &reason);
    if (status != EX_OK)
        return status;
    if (argc - optind != 1)
        return command_usage(&command_erase, "one customer's address is expected");
    struct workplace place;
    status = workplace_open(&place, context, argv[0], STORE_WRITE);
    if (status != EX_OK)
        return status;
    status = erase(&place, argv[optind], reason);
    workplace_close(&place);
    return status;
}

const struct command command_erase = {
    "erase", "ADDRESS [--reason TEXT]", "forget a customer: tickets and mails lose all that is personal, and stay away", run,
};
