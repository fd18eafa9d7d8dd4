/* fold.c - see fold.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/fold.h"
