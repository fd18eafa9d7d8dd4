/* desk.c - see desk.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/desk.h"
