/* learning.c - confirmed tickets become examples, examples a model, the model a file beside the database
 * SPDX-License-Identifier: MIT
 */
#include "ticket/learning.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/turn.h"
#include "ticket/store_lesson.h"

enum { TICKET_ARENA = 8 << 20 };
static const char held_setting[] = "learning_held";

/* ---- What a ticket teaches ---------------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; word && *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

static const char *text_field(const struct event_row *event, const char *name)
{
    return json_string_value(json_object_get(event->fields, name));
}

bool learning_label(const struct ticket_row *ticket, const struct event_row *events, size_t count,
                    struct example *example)
{
    static const char *const none[] = { "spam", "no-complaint", "no_complaint", NULL };
    static const char *const unsaid[] = { "duplicate", "silence", NULL };
    bool corrected = false, confirmed = false;
    const char *outcome = NULL;
    enum urgency urgency;
    example->complaint = example->urgency = -1;
    example->category = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct event_row *event = &events[i];
        const char *by = event->type == EVENT_URGENCY ? text_field(event, "by") : NULL;
        corrected = corrected || event->type == EVENT_CATEGORY;
        if (by && strcmp(by, "agent") == 0 && urgency_parse(text_field(event, "urgency"), &urgency))
            example->urgency = (int)urgency;
        if (event->type == EVENT_RESOLVE) {
            outcome = text_field(event, "outcome");
            confirmed = strcmp(event->actor, "redress") != 0 && !is_one_of(outcome, unsaid);
        }
        confirmed = confirmed && event->type != EVENT_REOPEN;
        if (event->type == EVENT_ERASE || event->type == EVENT_MERGE_INTO)
            return false;
    }
    if (confirmed && is_one_of(outcome, none)) {
        example->complaint = 0;
        return true;
    }
    if (corrected || confirmed) {
        example->complaint = 1;
        example->category = ticket->category;
    }
    /* Nobody objected to the rules' urgency either. */
    if (confirmed && example->urgency < 0)
        example->urgency = (int)(example->imprint.urgency + 0.5);
    return example->complaint >= 0 || example->urgency >= 0;
}

struct collecting {
    struct store *store;
    struct arena *arena;
    struct example *examples;
    size_t count, room, damaged;
};

/* 1 labelled, 0 not confirmed yet, -1. */
static int label_ticket(struct collecting *c, const char *id, struct example *example, struct error *error)
{
    struct ticket_row ticket;
    struct event_row *events = NULL;
    size_t count = 0;
    struct arena *scratch = arena_new(TICKET_ARENA);
    int result = scratch ? store_ticket_get(c->store, id, scratch, &ticket, error)
                         : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = store_event_list(c->store, id, scratch, &events, &count, error);
    if (result > 0 && !learning_label(&ticket, events, count, example))
        result = 0;
    if (result > 0 && example->category && !(example->category = arena_strdup(c->arena, example->category)))
        result = error_set(error, ERROR_RETRY, "out of memory");
    store_event_rows_free(events, count);
    arena_free(scratch);
    return result;
}

static int grow(struct collecting *c, struct error *error)
{
    struct example *examples = array_room_in(c->arena, c->examples, c->count, &c->room, sizeof *examples);
    if (!examples)
        return error_set(error, ERROR_RETRY, "out of memory for learning");
    c->examples = examples;
    return 1;
}

static int collect(const struct lesson_row *row, void *collecting, struct error *error)
{
    struct collecting *c = collecting;
    struct example example = { .complaint = row->complaint, .urgency = row->urgency };
    struct error trouble = { 0 };
    if (c->count == LEARNER_EXAMPLES_MAX)
        return 0;
    if (imprint_read(row->imprint, row->imprint_size, c->arena, &example.imprint, &trouble) < 0) {
        c->damaged++;
        return trouble.kind == ERROR_INPUT ? 1 : error_set(error, trouble.kind, "%s", trouble.text);
    }
    int labelled = 1;
    if (row->ticket[0])
        labelled = label_ticket(c, row->ticket, &example, error);
    else if (row->category && !(example.category = arena_strdup(c->arena, row->category)))
        return error_set(error, ERROR_RETRY, "out of memory for learning");
    if (labelled <= 0)
        return labelled < 0 ? -1 : 1;
    if (grow(c, error) < 0)
        return -1;
    c->examples[c->count++] = example;
    return 1;
}

int learning_examples(struct store *store, struct arena *arena, struct example **examples, size_t *count,
                      size_t *damaged, struct error *error)
{
    struct collecting c = { .store = store, .arena = arena };
    if (store_lesson_list(store, 10 * LEARNER_EXAMPLES_MAX, collect, &c, error) < 0)
        return -1;
    *examples = c.examples;
    *count = c.count;
    *damaged = c.damaged;
    return 1;
}

/* ---- The file ------------------------------------------------------------------------------------------- */

void learning_path(const char *database, const char *suffix, char path[static LEARNING_PATH])
{
    snprintf(path, LEARNING_PATH, "%.4000s.learned%.40s", database, suffix);
}

/* Root may learn for the daemons: they must be able to read it, and to learn anew. */
static int write_whole(int fd, const char *database, const struct buffer *bytes)
{
    struct stat owner;
    if (geteuid() == 0 && stat(database, &owner) == 0 && fchown(fd, owner.st_uid, owner.st_gid) < 0)
        return -1;
    for (size_t done = 0; done < bytes->size;) {
        ssize_t written = write(fd, bytes->bytes + done, bytes->size - done);
        if (written < 0 && errno != EINTR)
            return -1;
        done += written > 0 ? (size_t)written : 0;
    }
    return fsync(fd);
}

/* The one in force is always there: who looks for it just now must not take it for undone. */
static int keep_previous(const char *database, const char *path)
{
    char previous[LEARNING_PATH], fresh[LEARNING_PATH];
    learning_path(database, ".previous", previous);
    learning_path(database, ".previous.new", fresh);
    unlink(fresh);
    if (link(path, fresh) < 0)
        return errno == ENOENT ? 0 : rename(path, previous); /* a file system without links */
    int result = rename(fresh, previous);
    unlink(fresh); /* is left where both were the same file already */
    return result;
}

/* In a turn. */
static int replace(const char *database, const struct buffer *bytes, struct error *error)
{
    char path[LEARNING_PATH], fresh[LEARNING_PATH];
    learning_path(database, "", path);
    learning_path(database, ".new", fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return error_set(error, ERROR_SETUP, "cannot write '%s': %s", fresh, strerror(errno));
    int result = write_whole(fd, database, bytes);
    int reason = errno;
    close(fd);
    if (result == 0 && (keep_previous(database, path) < 0 || rename(fresh, path) < 0)) {
        reason = errno;
        result = -1;
    }
    if (result == 0)
        return 1;
    unlink(fresh);
    return error_set(error, reason == ENOSPC ? ERROR_RETRY : ERROR_SETUP, "cannot write '%s': %s", path, strerror(reason));
}

static int put_hold(struct store *store, void *held, struct error *error)
{
    return store_setting_put(store, held_setting, *(bool *)held ? "1" : "0", error);
}

static int hold(struct store *store, bool held, struct error *error)
{
    return store_transaction(store, put_hold, &held, error);
}

/* An undo may have come while we learned: it holds what was begun before it, too. */
static int put_in_force(struct store *store, const struct learning *learning, const struct buffer *bytes, struct error *error)
{
    char path[LEARNING_PATH];
    learning_path(learning->database, "", path);
    int turn = turn_begin(path);
    int held = learning->by_night ? learning_is_held(store, error) : 0;
    int result = held > 0 ? error_set(error, ERROR_INPUT, "what was learned meanwhile is held by an undo"), 0
        : held < 0 ? -1 : replace(learning->database, bytes, error);
    if (result > 0 && !learning->by_night)
        result = hold(store, false, error);
    turn_end(turn);
    return result;
}

static int write_model(struct store *store, const struct learning *learning, struct error *error)
{
    struct buffer bytes;
    buffer_init(&bytes, LEARNED_BYTES_MAX);
    int result = learned_write(learning->learned, &bytes, error);
    if (result > 0)
        result = put_in_force(store, learning, &bytes, error);
    buffer_release(&bytes);
    return result;
}

int learning_run(struct store *store, struct learning *learning, struct error *error)
{
    struct example *examples;
    struct arena *arena = arena_new((size_t)2 << 30);
    struct error why = { 0 };
    int result = -1;
    learning->learned = NULL;
    if (!arena)
        return error_set(error, ERROR_RETRY, "out of memory for learning");
    if (learning_examples(store, arena, &examples, &learning->examples, &learning->damaged, error) > 0) {
        learning->learned = learner_train(examples, learning->examples, learning->now, &why);
        if (learning->learned)
            result = write_model(store, learning, error);
        else {
            error_set(error, why.kind, "%s", why.text);
            result = why.kind == ERROR_INPUT ? 0 : -1;
        }
    }
    if (result <= 0) {
        learned_unref(learning->learned);
        learning->learned = NULL;
    }
    arena_free(arena);
    return result;
}

int learning_undo(struct store *store, const char *database, struct error *error)
{
    char path[LEARNING_PATH], previous[LEARNING_PATH];
    learning_path(database, "", path);
    learning_path(database, ".previous", previous);
    int turn = turn_begin(path);
    int result = hold(store, true, error);
    if (result > 0 && rename(previous, path) != 0 && (errno != ENOENT || unlink(path) != 0))
        result = errno == ENOENT ? 0 : error_set(error, ERROR_SETUP, "cannot change '%s': %s", path, strerror(errno));
    turn_end(turn);
    return result;
}

int learning_is_held(struct store *store, struct error *error)
{
    const char *value;
    struct arena *arena = arena_new(4096);
    int result = arena ? store_setting_get(store, held_setting, arena, &value, error)
                       : error_set(error, ERROR_RETRY, "out of memory");
    if (result > 0)
        result = strcmp(value, "1") == 0;
    arena_free(arena);
    return result;
}
