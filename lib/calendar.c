/* calendar.c - working time
 * SPDX-License-Identifier: MIT
 */
#include "lib/calendar.h"
