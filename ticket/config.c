/* config.c - see config.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/config.h"
