package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SftpException;
import java.io.IOException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.junit.jupiter.api.Test;

/** What libraries say in words of their own is told in words for people, and tried again where it may pass. */
class DeliveryFailureTest {

    @Test
    void aConnectionThatTheServerHasClosedIsNamedAsThat() {
        Exception closed = new GenericFileOperationFailedException(
                "Cannot store file: in/t.csv", new SftpException(4, "", new IOException("inputstream is closed")));

        assertThat(DeliveryFailure.reason(closed))
                .isEqualTo("inputstream is closed (the server has closed the connection)");
        assertThat(DeliveryFailure.mayPass(closed)).isTrue();
        assertThat(DeliveryFailure.reason(new JSchException("session is down")))
                .isEqualTo("session is down (the server has closed the connection)");
    }
}
