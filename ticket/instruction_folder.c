/* instruction_folder.c - what a folder's name tells
 * SPDX-License-Identifier: MIT
 */
#include "ticket/instruction.h"

#include <string.h>
#include <strings.h>

/* Below which folders are instructions: agents name it in their own language. */
static const char *const roots[] = {
    "Complaints", "Complaint", "投诉", "客诉", "投诉处理", "投訴", "客訴", "Reklamationen", "Beschwerden", "Réclamations",
    "Plaintes", "Reclamaciones", "Quejas", "Reclamações", "Reclami", "Klachten", "Klagomål", "Reklamationer", "Жалобы",
    "Рекламации", "Reklamacje", "Reklamace", "Şikayetler", "クレーム", "苦情", "불만", "Khiếu nại", "Keluhan", "ร้องเรียน",
    "الشكاوى", "תלונות", NULL,
};

static const struct {
    enum instruction_kind kind;
    const char *name;
} names[] = {
    { INSTRUCTION_RESOLVED, "Resolved" }, { INSTRUCTION_RESOLVED, "Solved" }, { INSTRUCTION_RESOLVED, "Done" },
    { INSTRUCTION_RESOLVED, "已解决" }, { INSTRUCTION_RESOLVED, "已处理" }, { INSTRUCTION_RESOLVED, "已解決" },
    { INSTRUCTION_RESOLVED, "已處理" }, { INSTRUCTION_RESOLVED, "Gelöst" }, { INSTRUCTION_RESOLVED, "Erledigt" },
    { INSTRUCTION_RESOLVED, "Résolu" }, { INSTRUCTION_RESOLVED, "Résolues" }, { INSTRUCTION_RESOLVED, "Resuelto" },
    { INSTRUCTION_RESOLVED, "Resueltas" }, { INSTRUCTION_RESOLVED, "Resolvido" }, { INSTRUCTION_RESOLVED, "Risolti" },
    { INSTRUCTION_RESOLVED, "Opgelost" }, { INSTRUCTION_RESOLVED, "Решено" }, { INSTRUCTION_RESOLVED, "Rozwiązane" },
    { INSTRUCTION_RESOLVED, "Vyřešeno" }, { INSTRUCTION_RESOLVED, "Çözüldü" }, { INSTRUCTION_RESOLVED, "解決済み" },
    { INSTRUCTION_RESOLVED, "해결됨" }, { INSTRUCTION_RESOLVED, "Đã giải quyết" },
    { INSTRUCTION_NO_COMPLAINT, "Not a complaint" }, { INSTRUCTION_NO_COMPLAINT, "No complaint" },
    { INSTRUCTION_NO_COMPLAINT, "不是投诉" }, { INSTRUCTION_NO_COMPLAINT, "非投诉" }, { INSTRUCTION_NO_COMPLAINT, "非投訴" },
    { INSTRUCTION_NO_COMPLAINT, "不是投訴" }, { INSTRUCTION_NO_COMPLAINT, "Keine Beschwerde" },
    { INSTRUCTION_NO_COMPLAINT, "Pas une réclamation" }, { INSTRUCTION_NO_COMPLAINT, "No es queja" },
    { INSTRUCTION_NO_COMPLAINT, "Не жалоба" }, { INSTRUCTION_NO_COMPLAINT, "クレームではない" },
};

static const struct {
    enum urgency urgency;
    const char *name;
} levels[] = {
    { URGENCY_CRITICAL, "Critical" }, { URGENCY_CRITICAL, "紧急" }, { URGENCY_CRITICAL, "緊急" },
    { URGENCY_HIGH, "Urgent" }, { URGENCY_HIGH, "High" }, { URGENCY_HIGH, "高" }, { URGENCY_HIGH, "加急" },
    { URGENCY_NORMAL, "Normal" }, { URGENCY_NORMAL, "普通" }, { URGENCY_LOW, "Low" }, { URGENCY_LOW, "低" },
};

static bool is_root(const char *part, size_t length, const char *root)
{
    if (root)
        return strlen(root) == length && strncasecmp(root, part, length) == 0;
    for (size_t i = 0; roots[i]; i++)
        if (strlen(roots[i]) == length && strncasecmp(roots[i], part, length) == 0)
            return true;
    return false;
}

/* What follows the complaints' folder, NULL: it is not below one. */
static const char *tail_of(const char *folder, const char *root)
{
    for (const char *part = folder;;) {
        size_t length = strcspn(part, "/.");
        if (part[length] == '\0')
            return NULL;
        if (is_root(part, length, root))
            return part + length + 1;
        part += length + 1;
    }
}

struct instruction instruction_of_folder(const struct rules *rules, const char *folder, const char *root)
{
    struct instruction instruction = { .until = INSTANT_NONE };
    const char *tail = folder ? tail_of(folder, root) : NULL;
    if (!tail || !*tail)
        return instruction;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(tail, names[i].name) == 0) {
            instruction.kind = names[i].kind;
            return instruction;
        }
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcasecmp(tail, levels[i].name) == 0) {
            instruction.kind = INSTRUCTION_URGENCY;
            instruction.urgency = levels[i].urgency;
            return instruction;
        }
    const char *category = rules ? rules_category_find(rules, tail) : NULL;
    size_t parent = strcspn(tail, "/.");
    if (!category && rules && tail[parent]) /* 物流/物流延误: the last part says it all */
        category = rules_category_find(rules, tail + parent + 1);
    if (category) {
        instruction.kind = INSTRUCTION_CATEGORY;
        instruction.category = category;
    }
    return instruction;
}

bool instruction_is_inbox(const char *folder)
{
    return folder && strcasecmp(folder, "INBOX") == 0;
}

struct instruction instruction_undo(const struct instruction *instruction)
{
    struct instruction undo = { .until = INSTANT_NONE };
    switch (instruction->kind) {
    case INSTRUCTION_RESOLVED:
    case INSTRUCTION_NO_COMPLAINT: undo.kind = INSTRUCTION_REOPEN; break;
    case INSTRUCTION_URGENCY: undo.kind = INSTRUCTION_LESS_URGENT; break;
    case INSTRUCTION_CATEGORY: undo.kind = INSTRUCTION_UNCATEGORY; break;
    case INSTRUCTION_MINE:
    case INSTRUCTION_ASSIGN: undo.kind = INSTRUCTION_RELEASE; break;
    case INSTRUCTION_HOLD: undo.kind = INSTRUCTION_GO_ON; break;
    default: break;
    }
    return undo;
}
