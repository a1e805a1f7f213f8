/**
 * What an application of Spring Boot sees of Waybill beside its settings, which the jar itself reads ({@code io.waybill.spring}): its metrics,
 * where there is Micrometer. Knows {@code route.step} and {@code ledger}.
 */
package io.waybill.starter;
