/* session.c - libmilter callbacks
 * SPDX-License-Identifier: MIT
 */
#include "ticket/site.h"
