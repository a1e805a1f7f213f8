package io.waybill;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each wait for a condition as long as a very busy machine takes: a wait ends when its condition holds, at the next look, so that
 * this costs nothing, and a test that fails was not merely slow. JUnit finds it as a service, so that no test has to name it.
 */
public final class PatientWaits implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(5));
        Awaitility.setDefaultPollInterval(Duration.ofMillis(20));
    }
}
