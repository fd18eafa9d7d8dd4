/* simulate.c - see simulate.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/simulate.h"
