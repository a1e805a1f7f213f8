/**
 * What looks like data of persons: by what values are shaped like and add up to, and by what columns are called. It proposes, and
 * marks nothing. Knows texts and names, no database; loaded when somebody asks for a scan, or a flow has {@code pii_policy = "strict"}.
 */
package io.waybill.privacy.scan;
