/* quantity.h - amounts of money, numbers of pieces and waiting times in a normal text
 * SPDX-License-Identifier: MIT
 *
 * Digits, Chinese numerals and English number words. Pure; linear.
 */
#ifndef RULES_QUANTITY_H
#define RULES_QUANTITY_H

#include <stddef.h>

struct quantities {
    double money; /* the largest amount as a multiple of the limit of its currency */
    double amount; /* that amount, in `currency` */
    const char *currency; /* ISO 4217, "" without an amount; static */
    double items; /* the largest number of pieces */
    double days;  /* the longest time that somebody has waited */
};

enum { QUANTITY_CURRENCIES = 12 };

/* `limits`: what counts as a large amount, by quantity_currency; NULL or 0: the built-in limit. */
void quantity_measure(const char *text, size_t size, const double *limits, struct quantities *quantities);
/* The number of a currency's code such as "CNY", 0 for an unknown one. */
int quantity_currency(const char *code);

/* Reads a number at text[*at]: digits with separators, Chinese numerals (三, 十五, 3万), English words
 * (three). 1 and *at moved behind it, or 0. */
int quantity_number(const char *text, size_t size, size_t *at, double *value);

#endif
