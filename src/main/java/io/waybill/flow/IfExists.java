package io.waybill.flow;

/** What happens when a file of that name is at the destination already. */
public enum IfExists {
    /** The new file takes its place, whole. */
    OVERWRITE,
    /** The run fails before it reads, and the old file stays. */
    FAIL,
    /** The new files get a version in their names. */
    VERSION
}
