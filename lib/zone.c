/* zone.c - IANA zones
 * SPDX-License-Identifier: MIT
 */
#include "lib/calendar.h"
