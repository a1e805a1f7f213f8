package io.waybill.spring;

import io.waybill.WaybillException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has Spring Boot say why it does not start in Waybill's words, without a stack trace. */
final class WrongSettingsAnalyzer extends AbstractFailureAnalyzer<WaybillException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, WaybillException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}
