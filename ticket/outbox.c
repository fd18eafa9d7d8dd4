/* outbox.c - see outbox.h
 * SPDX-License-Identifier: MIT
 */
#include "ticket/outbox.h"
