/* compose.c - writes a mail
 * SPDX-License-Identifier: MIT
 */
#include "lib/compose.h"
