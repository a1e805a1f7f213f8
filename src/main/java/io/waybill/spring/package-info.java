/**
 * Waybill within Spring Boot: its properties as Waybill's settings, and what its auto-configuration is to leave alone. Spring Boot
 * loads these classes by itself; without it, nobody does. Knows {@code settings} alone.
 */
package io.waybill.spring;
