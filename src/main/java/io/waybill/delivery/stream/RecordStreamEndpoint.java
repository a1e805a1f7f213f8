package io.waybill.delivery.stream;

import org.apache.camel.Category;
import org.apache.camel.Producer;
import org.apache.camel.component.aws.common.AwsClientBuilderUtil;
import org.apache.camel.component.aws2.firehose.KinesisFirehose2Configuration;
import org.apache.camel.component.aws2.firehose.KinesisFirehose2Endpoint;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/**
 * Send the lines of a file as records to an Amazon Kinesis data stream, or to a Firehose stream.
 *
 * <p>The message's body is a file. Both services take the options of camel-aws2-kinesis's Firehose endpoint: who we are, and where they
 * are.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-kinesis,waybill-firehose",
        extendsScheme = "aws2-kinesis-firehose,aws2-kinesis-firehose",
        title = "Waybill Kinesis,Waybill Firehose",
        syntax = "waybill-kinesis:streamName",
        category = {Category.CLOUD, Category.MESSAGING},
        producerOnly = true)
public class RecordStreamEndpoint extends KinesisFirehose2Endpoint {

    @UriParam(
            label = "producer",
            description =
                    "The field of each JSON line whose value is the record's partition key: records of one value go to one"
                            + " shard of a Kinesis stream. Without it, each line has a key of its own.")
    private String partitionKey;

    @UriParam(
            label = "producer",
            description =
                    "How many bytes a record may have. By default, what the service takes unless told otherwise: 1048576 for"
                            + " Kinesis, 1024000 for Firehose.")
    private int maxRecordSize;

    private RecordStream stream;

    public RecordStreamEndpoint(
            String uri, KinesisFirehose2Configuration configuration, RecordStreamComponent component) {
        super(uri, configuration, component);
    }

    /** Nothing is asked of the service before there is something to send: a stream that is away stops its own flow alone. */
    @Override
    protected void doStart() {
        // the client is made when it is first asked for
    }

    @Override
    public synchronized void doStop() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    @Override
    public Producer createProducer() {
        return new RecordStreamProducer(this);
    }

    /** The stream behind it. */
    synchronized RecordStream stream() {
        if (stream == null) {
            KinesisFirehose2Configuration settings = getConfiguration();
            stream = getEndpointUri().startsWith("waybill-kinesis:")
                    ? new KinesisStream(
                            AwsClientBuilderUtil.buildClient(settings, KinesisClient::builder),
                            settings.getStreamName())
                    : new FirehoseStream(
                            AwsClientBuilderUtil.buildClient(settings, FirehoseClient::builder),
                            settings.getStreamName());
        }
        return stream;
    }

    public String getPartitionKey() {
        return partitionKey;
    }

    /** The field of each JSON line whose value is the record's partition key. */
    public void setPartitionKey(String partitionKey) {
        this.partitionKey = partitionKey;
    }

    public int getMaxRecordSize() {
        return maxRecordSize;
    }

    /** How many bytes a record may have. */
    public void setMaxRecordSize(int maxRecordSize) {
        this.maxRecordSize = maxRecordSize;
    }
}
