/* feedback.c - what a customer says of the solution, where a mail answers a question of ours
 * SPDX-License-Identifier: MIT
 */
#include "rules/feedback.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rules/combine.h"

/* A score or a wish alone is short; in a long letter a figure means something else. */
enum { SCORE_BYTES = 400, STOP_WORDS = 30, STATE_WORDS = 20 };

static const char *const behind[] = { "/5", "/ 5", " / 5", " of 5", " out of 5", " star", "star", " point", "分", " 分",
                                      "星", " 星", "颗星", "顆星", NULL };
static const char *const before[] = { "score", "score:", "rating", "rating:", "评分", "評分", "评分:", "评分：", "评分是",
                                      "打分", "分数", "分数:", "分数：", NULL };

static bool begins_with_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strncasecmp(text, *words, strlen(*words)) == 0)
            return true;
    return false;
}

static bool ends_with_any(const char *text, size_t size, const char *const *words)
{
    while (size > 0 && text[size - 1] == ' ')
        size--;
    for (; *words; words++) {
        size_t length = strlen(*words);
        if (size >= length && strncasecmp(text + size - length, *words, length) == 0)
            return true;
    }
    return false;
}

/* A figure, also a wide one or an ideograph, at text; its value 1 to 5 or 0, and its bytes. */
static int figure(const char *text, size_t *bytes)
{
    static const char *const figures[] = { "１", "２", "３", "４", "５", "一", "二", "三", "四", "五" };
    *bytes = 1;
    if (*text >= '1' && *text <= '5')
        return *text - '0';
    for (int i = 0; i < 10; i++)
        if (strncmp(text, figures[i], 3) == 0) {
            *bytes = 3;
            return i % 5 + 1;
        }
    return 0;
}

/* "五分钟" is five minutes, "一分钱" a cent. */
static bool is_measure(const char *text)
{
    static const char *const others[] = { "分钟", "分鐘", "分钱", "分錢", "分货", "分貨", "分之", "分公司", "星期", " 分钟", NULL };
    return begins_with_any(text, others);
}

/* Nothing else on its line, but for an end mark. */
static bool is_alone(const char *text, const char *at, size_t bytes)
{
    const char *from = at, *to = at + bytes;
    while (from > text && from[-1] == ' ')
        from--;
    to += strspn(to, " .!");
    if (strncmp(to, "。", 3) == 0)
        to += 3;
    return (from == text || from[-1] == '\n') && (*to == '\0' || *to == '\n' || *to == '\r');
}

static bool is_part_of_more(const char *text, const char *at, size_t bytes)
{
    unsigned char last = at > text ? (unsigned char)at[-1] : ' ', next = (unsigned char)at[bytes];
    return isdigit(last) || isalpha(last) || last == '.' || last == '-' || last == '/' || isdigit(next) ||
           (next == '.' && isdigit((unsigned char)at[bytes + 1])) || (next == '-' && isalnum((unsigned char)at[bytes + 1]));
}

int feedback_score(const char *text)
{
    int score = 0;
    size_t bytes;
    if (!text || strnlen(text, SCORE_BYTES + 1) > SCORE_BYTES)
        return 0;
    for (const char *at = text; *at; at += bytes) {
        int value = figure(at, &bytes);
        if (!value || is_part_of_more(text, at, bytes))
            continue;
        bool named = begins_with_any(at + bytes, behind) && !is_measure(at + bytes);
        bool means = named || is_alone(text, at, bytes) ||
                     (bytes == 1 && ends_with_any(text, (size_t)(at - text), before) && !isalnum((unsigned char)at[bytes]));
        if (means && score && score != value)
            return 0;
        if (means)
            score = value;
        if (named)
            bytes += strcspn(at + bytes, "5 \n") + 1; /* the 5 of "4/5" is none */
        if (strnlen(at, bytes) < bytes)
            break;
    }
    return score;
}

/* The subject is most often our own question. */
static bool says(const struct evaluation *evaluation, const char *role)
{
    return combine_role_within(evaluation, role, evaluation->subject_end, evaluation->text.size);
}

struct feedback feedback_read(const struct evaluation *evaluation, const char *text)
{
    double words = evaluation->features.value[FEATURE_LENGTH];
    struct feedback feedback = {
        .unsatisfied = says(evaluation, "unsatisfied"),
        .stop = words <= STOP_WORDS && says(evaluation, "stop"),
        .state = words <= STATE_WORDS && combine_role(evaluation, "state"),
        .requests = says(evaluation, "request") || strchr(text, '?') || strstr(text, "？"),
        .score = feedback_score(text),
    };
    feedback.satisfied = !feedback.unsatisfied && says(evaluation, "satisfied");
    return feedback;
}

/* The flags by name. */
struct flag {
    const char *name;
    bool *value;
};
enum { FLAGS = 5 };
static void flags_of(struct feedback *feedback, struct flag flags[static FLAGS])
{
    const struct flag all[FLAGS] = { { "satisfied", &feedback->satisfied }, { "unsatisfied", &feedback->unsatisfied },
                                     { "stop", &feedback->stop }, { "state", &feedback->state },
                                     { "requests", &feedback->requests } };
    memcpy(flags, all, sizeof all);
}

json_t *feedback_to_json(const struct feedback *feedback)
{
    struct feedback copy = *feedback;
    struct flag flags[FLAGS];
    json_t *object = json_object();
    flags_of(&copy, flags);
    for (size_t i = 0; i < FLAGS; i++)
        if (*flags[i].value)
            json_object_set_new(object, flags[i].name, json_true());
    if (copy.score)
        json_object_set_new(object, "score", json_integer(copy.score));
    if (json_object_size(object) > 0)
        return object;
    json_decref(object);
    return NULL;
}

struct feedback feedback_from_json(const json_t *object)
{
    struct feedback feedback = { 0 };
    struct flag flags[FLAGS];
    json_int_t score = json_integer_value(json_object_get(object, "score"));
    flags_of(&feedback, flags);
    for (size_t i = 0; i < FLAGS; i++)
        *flags[i].value = json_is_true(json_object_get(object, flags[i].name));
    feedback.score = score >= 1 && score <= 5 ? (int)score : 0;
    return feedback;
}
