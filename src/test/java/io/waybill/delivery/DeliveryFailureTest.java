package io.waybill.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SftpException;
import java.io.IOException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

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

    /** The client says of none of these that it may be tried again. */
    @ParameterizedTest
    @CsvSource({
        "400, RequestTimeout, true",
        "400, IncompleteBody, true",
        "400, BadDigest, true",
        "409, ConditionalRequestConflict, true",
        "409, OperationAborted, true",
        "404, NoSuchUpload, true",
        "503, SlowDown, true",
        "400, InvalidRequest, false",
        "400, ExpiredToken, false",
        "403, AccessDenied, false",
        "404, NoSuchBucket, false",
        "412, PreconditionFailed, false"
    })
    void whatPassesAtABucketIsTriedAgain(int status, String code, boolean passes) {
        AwsServiceException answer = S3Exception.builder()
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();

        assertThat(DeliveryFailure.mayPass(answer)).isEqualTo(passes);
    }
}
