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
    double items; /* the largest number of pieces */
    double days;  /* the longest time that somebody has waited */
};

void quantity_measure(const char *text, size_t size, struct quantities *quantities);

/* Reads a number at text[*at]: digits with separators, Chinese numerals (三, 十五, 3万), English words
 * (three). 1 and *at moved behind it, or 0. */
int quantity_number(const char *text, size_t size, size_t *at, double *value);

#endif
