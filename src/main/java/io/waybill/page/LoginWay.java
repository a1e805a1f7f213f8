package io.waybill.page;

/**
 * A way to log in beside by a token, which a provider of identities offers.
 *
 * @param words what its button says
 * @param path the page that it begins at; gets {@code ?to=}, the page that is gone to then
 */
public record LoginWay(String words, String path) {}
