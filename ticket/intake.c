/* intake.c - see intake.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/intake.h"
