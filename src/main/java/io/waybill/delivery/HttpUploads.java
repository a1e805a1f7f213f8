package io.waybill.delivery;

/**
 * What routes name that were printed before {@link io.waybill.delivery.http.HttpUploads} came to its folder.
 *
 * @deprecated the same as that
 */
@Deprecated
public final class HttpUploads extends io.waybill.delivery.http.HttpUploads {}
