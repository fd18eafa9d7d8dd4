/* template.h - mail templates with values put in
 * SPDX-License-Identifier: MIT
 *
 * The public calls are rules_template and rules_expand (rules.h).
 */
#ifndef RULES_TEMPLATE_H
#define RULES_TEMPLATE_H

/* NULL when every {{name}} in the text is known and closed; else where the first bad name begins. */
const char *template_unknown_name(const char *text);

/* The kind of a mail template of that name, a constant; NULL: there is no such kind. */
const char *template_kind(const char *name);

#endif
