/* event.c - see event.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/event.h"
