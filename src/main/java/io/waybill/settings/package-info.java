/**
 * What stands under {@code waybill.} in a platform's properties: one table of all settings, and the one way to read them, the same in
 * Camel Main, Spring Boot and Quarkus. Knows Camel's properties and nothing of what the settings are for; whoever reads a setting,
 * reads it here.
 */
package io.waybill.settings;
