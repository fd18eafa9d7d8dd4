/* intake_instruct.c - a mail of an agent to redress itself is obeyed and answered
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake_instruct.h"

#include <inttypes.h>
#include <string.h>

#include "ticket/copy.h"
#include "ticket/instruction.h"
#include "ticket/notice.h"

enum { LINES_MAX = 5, ANSWER_MAX = 4000 };

static const char help_en[] =
    "Write one of these in the first line of an answer to this mail:\n"
    "  resolved | not a complaint | reopen\n"
    "  plan               (your last answer did offer a solution)\n"
    "  hold until Friday | go on\n"
    "  urgent | critical | normal | low\n"
    "  category NAME\n"
    "  mine | take over | assign NAME | release\n";
static const char help_zh[] =
    "请在回复的第一行写下列词语之一：\n"
    "  已解决 | 不是投诉 | 重新打开\n"
    "  方案　　　（您上一封回复已给出方案）\n"
    "  暂停到周五 | 继续\n"
    "  紧急 | 特急 | 普通\n"
    "  分类 名称\n"
    "  我来 | 我接手 | 转给 姓名 | 放弃\n";

/* The ticket that the mail names: by a token, in brackets in the subject, or as the first word. 1, 0, -1. */
static int find_ticket(struct intake_run *run, const char **text, struct ticket_row *ticket)
{
    char first[TICKET_ID_SIZE] = "";
    const char *words = *text + strspn(*text, " \t\r\n");
    if (strcspn(words, " \t\r\n:") == TICKET_ID_LENGTH)
        memcpy(first, words, TICKET_ID_LENGTH);
    bool named = tag_ticket_id_is_valid(first);
    const char *ids[] = { named ? first : NULL, run->facts.token, run->facts.tagged };
    for (size_t i = 0; i < 3; i++) {
        int found = ids[i] ? store_ticket_get(run->store, ids[i], run->arena, ticket, run->error) : 0;
        if (found != 0) {
            if (i == 0)
                *text = words + TICKET_ID_LENGTH;
            return found;
        }
    }
    return 0;
}

static bool goes_to_customer(struct intake_run *run, const char *ticket, int *result)
{
    const char *customer = NULL;
    *result = intake_customer_among(run, ticket, &customer);
    return customer != NULL;
}

static void say(struct buffer *answer, bool zh, const char *line, const struct obedience *what)
{
    static const char *const zh_words[] = {
        [INSTRUCTION_DONE] = "已执行", [INSTRUCTION_ALREADY] = "本来就是如此", [INSTRUCTION_FORBIDDEN] = "您不负责该邮箱，未执行",
        [INSTRUCTION_TAKEN] = "已有同事在处理", [INSTRUCTION_UNANSWERED] = "尚未回复客户：方案送达客户后才算数",
        [INSTRUCTION_UNFIT] = "无法执行",
    };
    buffer_printf(answer, "> %s\n", line);
    if (zh)
        buffer_printf(answer, "%s（%s）\n", zh_words[what->result], what->answer ? what->answer : "");
    else
        buffer_printf(answer, "%s%s\n", what->result == INSTRUCTION_DONE ? "Done: " : "Not done: ", what->answer ? what->answer : "");
    if (what->result == INSTRUCTION_TAKEN)
        buffer_puts(answer, zh ? "如需接手，请回复：我接手\n" : "To take it from there, answer: take over\n");
    buffer_putc(answer, '\n');
}

/* Takes the next line that is not empty; NULL when there is none. Quoted lines end the text. */
static const char *next_line(const char **text, struct arena *arena)
{
    *text += strspn(*text, " \t\r\n");
    size_t length = strcspn(*text, "\r\n");
    const char *line = length > 0 && **text != '>' ? arena_strndup(arena, *text, length) : NULL;
    *text += length;
    return line;
}

/* 1; *known: how many lines were commands. */
static int obey_lines(struct intake_run *run, const struct ticket_row *ticket, const char *text, bool zh,
                      struct buffer *answer, int *known)
{
    const char *line;
    *known = 0;
    for (int i = 0; i < LINES_MAX && (line = next_line(&text, run->arena)); i++) {
        struct instruction instruction = instruction_of_words(run->site, line, run->now, run->arena);
        /* what follows the commands is a greeting or a note */
        if (instruction.kind == INSTRUCTION_UNKNOWN || instruction.kind == INSTRUCTION_HELP)
            break;
        struct obedience what = {
            .site = run->site, .ticket = ticket->id, .instruction = instruction, .now = run->now, .arena = run->arena,
            .agent = run->proof.mailbox ? NULL : run->proof.agent,
            .mailbox = run->proof.mailbox ? run->proof.mailbox->id : NULL,
            .how = arena_printf(run->arena, "told by mail; %s", run->proof.words),
        };
        if (!what.how)
            return error_set(run->error, ERROR_RETRY, "out of memory");
        if (instruction_obey(run->store, &what, run->error) < 0)
            return -1;
        say(answer, zh, line, &what);
        ++*known;
    }
    return 1;
}

static int tell(struct intake_run *run, const struct ticket_row *ticket, const char *subject, const char *text)
{
    const char *about = arena_printf(run->arena, "%" PRId64, run->row.id);
    return about ? notice_answer(run->store, run->site, ticket, run->proof.agent, about, subject, text, run->now, run->error)
                 : error_set(run->error, ERROR_RETRY, "out of memory");
}

static int obey(struct intake_run *run, const struct ticket_row *ticket, const char *text)
{
    const struct config_mailbox *mailbox = config_mailbox_by_id(run->site->config, ticket->mailbox);
    bool zh = mailbox && strcmp(mailbox->language, "zh") == 0;
    struct buffer answer;
    int known;
    buffer_init(&answer, ANSWER_MAX);
    int result = obey_lines(run, ticket, text, zh, &answer, &known);
    if (result > 0 && known == 0)
        buffer_puts(&answer, zh ? "没有看懂您写的内容，什么也没有做。\n\n" : "These words are not known, and nothing was done.\n\n");
    buffer_printf(&answer, "%s\n[#%s]\n", zh ? help_zh : help_en, ticket->id);
    const char *subject = arena_printf(run->arena, "[#%s] %s", ticket->id,
                                       known == 0 ? (zh ? "没有看懂" : "not understood") : zh ? "已收到指令" : "your command");
    if (result > 0)
        result = subject ? tell(run, ticket, subject, buffer_text(&answer)) : error_set(run->error, ERROR_RETRY, "out of memory");
    buffer_release(&answer);
    return result;
}

int intake_instruct(struct intake_run *run)
{
    struct ticket_row ticket;
    int result;
    const char *text = run->facts.command;
    /* From is not asked: a login or a Sent folder has proved who wrote it. */
    if (!text || run->facts.kind != KIND_HUMAN || (!run->proof.agent && !run->proof.mailbox))
        return 0;
    int found = find_ticket(run, &text, &ticket);
    if (found <= 0 || goes_to_customer(run, ticket.id, &result))
        return found < 0 ? -1 : 0;
    if (result < 0)
        return -1;
    int64_t known;
    memcpy(run->ticket, ticket.id, TICKET_ID_SIZE);
    run->row.ticket = run->ticket;
    int done = store_event_of_mail(run->store, run->row.id, EVENT_INTERNAL_MAIL, &known, run->error);
    if (done != 0)
        return done < 0 ? -1 : intake_be(run, INTAKE_INTERNAL, "a command, obeyed before");
    const char *actor = run->proof.mailbox ? run->proof.mailbox->id : run->proof.agent->id;
    if (store_mail_update(run->store, &run->row, run->error) < 0 ||
        intake_event(run, EVENT_INTERNAL_MAIL, run->row.at, json_pack("{s:b}", "command", 1), actor,
                     arena_printf(run->arena, "a command to redress; %s", run->proof.words)) < 0 ||
        obey(run, &ticket, text) < 0 || intake_refresh(run) < 0 ||
        copy_plan_ticket(run->store, run->site, run->ticket, run->now, run->error) < 0)
        return -1;
    return intake_be(run, INTAKE_INTERNAL, "a command to redress");
}

int intake_instruct_tell_second(struct intake_run *run)
{
    struct ticket_row ticket;
    int found = store_ticket_get(run->store, run->ticket, run->arena, &ticket, run->error);
    if (found <= 0)
        return found < 0 ? -1 : 1;
    const struct config_agent *first = config_agent_by_id(run->site->config, ticket.assigned);
    const struct config_agent *second = run->proof.mailbox ? NULL : run->proof.agent;
    if (!first || !second || first == second)
        return 1;
    const struct config_mailbox *mailbox = config_mailbox_by_id(run->site->config, ticket.mailbox);
    bool zh = mailbox && strcmp(mailbox->language, "zh") == 0;
    const char *subject = arena_printf(run->arena, zh ? "[#%s] %s 也在处理" : "[#%s] %s is at it, too", ticket.id, first->name);
    const char *text = arena_printf(run->arena,
                                    zh ? "您回复了一件由 %s 认领的投诉。请与同事商量由谁继续。\n如需接手，请回复：我接手\n\n[#%s]\n"
                                       : "You have answered a complaint that %s has claimed. Please agree who goes on with it.\n"
                                         "To take it over, answer: take over\n\n[#%s]\n", first->name, ticket.id);
    if (!subject || !text)
        return error_set(run->error, ERROR_RETRY, "out of memory");
    return tell(run, &ticket, subject, text);
}
