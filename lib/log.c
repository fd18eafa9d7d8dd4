/* log.c - one key=value line per event
 * SPDX-License-Identifier: MIT
 */
#include "lib/log.h"
