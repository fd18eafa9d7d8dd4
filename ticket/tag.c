/* tag.c - see tag.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/tag.h"
