/* instruction_words.c - reads a line that an agent wrote: "resolved", "hold until Friday", 转给anna
 * SPDX-License-Identifier: MIT
 */
#include "ticket/instruction.h"

#include <string.h>
#include <strings.h>

#include "rules/moment.h"
#include "rules/rules.h"
#include "ticket/tag.h"

enum rest { ALONE, URGENCY, AGENT, MOMENT, CATEGORY };

/* In normal form, longest first where one begins like another. */
static const struct {
    const char *words;
    enum instruction_kind kind;
    enum rest rest;
    enum urgency urgency;
} table[] = {
    { "not a complaint", INSTRUCTION_NO_COMPLAINT, ALONE, 0 }, { "no complaint", INSTRUCTION_NO_COMPLAINT, ALONE, 0 },
    { "不是投诉", INSTRUCTION_NO_COMPLAINT, ALONE, 0 },         { "非投诉", INSTRUCTION_NO_COMPLAINT, ALONE, 0 },
    { "resolved", INSTRUCTION_RESOLVED, ALONE, 0 },            { "solved", INSTRUCTION_RESOLVED, ALONE, 0 },
    { "done", INSTRUCTION_RESOLVED, ALONE, 0 },                { "已解决", INSTRUCTION_RESOLVED, ALONE, 0 },
    { "解决了", INSTRUCTION_RESOLVED, ALONE, 0 },               { "已处理", INSTRUCTION_RESOLVED, ALONE, 0 },
    { "reopen", INSTRUCTION_REOPEN, ALONE, 0 },                { "重新打开", INSTRUCTION_REOPEN, ALONE, 0 },
    { "重开", INSTRUCTION_REOPEN, ALONE, 0 },                   { "未解决", INSTRUCTION_REOPEN, ALONE, 0 },
    { "plan", INSTRUCTION_PLAN, ALONE, 0 },                    { "已给方案", INSTRUCTION_PLAN, ALONE, 0 },
    { "方案", INSTRUCTION_PLAN, ALONE, 0 },
    { "hold", INSTRUCTION_HOLD, MOMENT, 0 },                   { "暂停", INSTRUCTION_HOLD, MOMENT, 0 },
    { "go on", INSTRUCTION_GO_ON, ALONE, 0 },                  { "继续", INSTRUCTION_GO_ON, ALONE, 0 },
    { "urgent", INSTRUCTION_URGENCY, ALONE, URGENCY_HIGH },    { "紧急", INSTRUCTION_URGENCY, ALONE, URGENCY_HIGH },
    { "加急", INSTRUCTION_URGENCY, ALONE, URGENCY_HIGH },       { "critical", INSTRUCTION_URGENCY, ALONE, URGENCY_CRITICAL },
    { "特急", INSTRUCTION_URGENCY, ALONE, URGENCY_CRITICAL },   { "high", INSTRUCTION_URGENCY, ALONE, URGENCY_HIGH },
    { "not urgent", INSTRUCTION_LESS_URGENT, ALONE, 0 },       { "不急", INSTRUCTION_LESS_URGENT, ALONE, 0 },
    { "normal", INSTRUCTION_URGENCY, ALONE, URGENCY_NORMAL },  { "普通", INSTRUCTION_URGENCY, ALONE, URGENCY_NORMAL },
    { "low", INSTRUCTION_URGENCY, ALONE, URGENCY_LOW },
    { "assign to", INSTRUCTION_ASSIGN, AGENT, 0 },             { "assign", INSTRUCTION_ASSIGN, AGENT, 0 },
    { "转给", INSTRUCTION_ASSIGN, AGENT, 0 },                   { "指派", INSTRUCTION_ASSIGN, AGENT, 0 },
    { "分给", INSTRUCTION_ASSIGN, AGENT, 0 },
    { "mine", INSTRUCTION_MINE, ALONE, 0 },                    { "我来", INSTRUCTION_MINE, ALONE, 0 },
    { "我的", INSTRUCTION_MINE, ALONE, 0 },                     { "take over", INSTRUCTION_MINE, ALONE, 1 },
    { "我接手", INSTRUCTION_MINE, ALONE, 1 },
    { "release", INSTRUCTION_RELEASE, ALONE, 0 },              { "放弃", INSTRUCTION_RELEASE, ALONE, 0 },
    { "category", INSTRUCTION_CATEGORY, CATEGORY, 0 },         { "分类", INSTRUCTION_CATEGORY, CATEGORY, 0 },
    { "help", INSTRUCTION_HELP, ALONE, 0 },                    { "帮助", INSTRUCTION_HELP, ALONE, 0 },
};

static const char *skip(const char *text)
{
    return text + strspn(text, " \t:,.!>-");
}

/* An agent by id, name, first name, or the first part of an address; NULL: none, or several. */
static const char *agent_named(const struct config *config, const char *words)
{
    const char *found = NULL;
    char name[80];
    size_t length = strcspn(words, "\n.!。");
    while (length > 0 && words[length - 1] == ' ')
        length--;
    if (length == 0 || length >= sizeof name)
        return NULL;
    memcpy(name, words, length);
    name[length] = '\0';
    for (const struct config_agent *agent = config->agents; agent->id; agent++) {
        bool is = strcasecmp(agent->id, name) == 0 || strcasecmp(agent->name, name) == 0 ||
                  (strncasecmp(agent->name, name, length) == 0 && agent->name[length] == ' ');
        for (size_t i = 0; agent->addresses[i] && !is; i++)
            is = strcasecmp(agent->addresses[i], name) == 0 ||
                 (strncasecmp(agent->addresses[i], name, length) == 0 && agent->addresses[i][length] == '@');
        if (is && found)
            return NULL;
        if (is)
            found = agent->id;
    }
    return found;
}

static const struct calendar *working_hours(const struct policy *policy)
{
    const struct calendar *calendar = policy->targets[URGENCY_NORMAL].calendar;
    for (int i = 0; i < URGENCY_COUNT && calendar_is_always(calendar); i++)
        calendar = policy->targets[i].calendar;
    return calendar;
}

/* "until friday" and "到周五" mean the end of that day, as a promise would. */
static instant moment_named(const struct site *site, const char *words, instant now)
{
    const struct calendar *calendar = working_hours(site->policy);
    const struct moment_context context = { .at = now, .calendar = calendar, .zone = calendar_zone(calendar) };
    struct moment moment;
    return moment_find(words, strlen(words), 0, &context, &moment) ? moment.due : INSTANT_NONE;
}

struct instruction instruction_of_words(const struct site *site, const char *line, instant now, struct arena *arena)
{
    struct instruction instruction = { .kind = INSTRUCTION_UNKNOWN, .until = INSTANT_NONE };
    const char *words = rules_normal_form(site->rules, line, arena);
    if (!words)
        return instruction;
    words = skip(words);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t length = strlen(table[i].words);
        if (strncmp(words, table[i].words, length) != 0)
            continue;
        const char *rest = words + length;
        bool ends = *skip(rest) == '\0' || *skip(rest) == '\n' || strncmp(rest, "。", strlen("。")) == 0;
        if (table[i].rest == ALONE && !ends)
            continue; /* "planned for monday" is none */
        if (table[i].rest != ALONE && (unsigned char)table[i].words[0] < 0x80 && *rest && *rest != ' ' && *rest != '\n')
            continue;
        instruction.kind = table[i].kind;
        instruction.urgency = table[i].urgency;
        instruction.insists = table[i].kind == INSTRUCTION_MINE && table[i].urgency;
        if (table[i].rest == AGENT && !(instruction.agent = agent_named(site->config, skip(rest))))
            instruction.kind = INSTRUCTION_UNKNOWN;
        if (table[i].rest == MOMENT)
            instruction.until = ends ? INSTANT_MAX : moment_named(site, rest, now);
        if (table[i].rest == CATEGORY) {
            char name[80] = "";
            const char *from = skip(rest);
            size_t size = strcspn(from, "\n");
            memcpy(name, from, size < sizeof name ? size : sizeof name - 1);
            instruction.category = rules_category_find(site->rules, name);
        }
        if ((table[i].rest == MOMENT && instruction.until == INSTANT_NONE) || (table[i].rest == CATEGORY && !instruction.category))
            instruction.kind = INSTRUCTION_UNKNOWN;
        return instruction;
    }
    return instruction;
}
