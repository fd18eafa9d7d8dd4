/* store.c - see store.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/store.h"
