/* message.c - reads a mail
 * SPDX-License-Identifier: MIT
 */
#include "lib/message.h"
