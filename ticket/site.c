/* site.c - see site.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/site.h"
