/**
 * Flow files and {@code datasets.toml} to the values of {@code flow}: every message with file, line and key.
 *
 * <p>May know {@code flow} alone. Called by {@code route} and {@code cli}.
 */
package io.waybill.flow.toml;
