package io.waybill.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.settings.Settings;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataProperty;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataRepository;
import org.springframework.boot.configurationmetadata.ConfigurationMetadataRepositoryJsonBuilder;
import org.springframework.boot.configurationmetadata.ValueHint;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

/** The starter's metadata as an editor takes them, by Spring's own reader: and what is written by them is what Waybill has. */
class EditorMetadataTest {

    private static final Path METADATA =
            Path.of("starter/src/main/resources/META-INF/spring-configuration-metadata.json");

    /** The types of connections that have a setting, as its description begins. */
    private static final Pattern OF_TYPES = Pattern.compile("Of ([a-z0-9]+).*", Pattern.DOTALL);

    private static final String BYTES =
            Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    /** What may be written, where not any text may. */
    private static final Map<String, String> SAMPLES = Map.ofEntries(
            Map.entry("waybill.staging.key", BYTES),
            Map.entry("waybill.privacy-keys", BYTES),
            Map.entry("waybill.server.url", "https://waybill.example"),
            Map.entry("waybill.server.oidc.issuer", "https://id.example"),
            Map.entry("waybill.server.oidc.callback", "https://waybill.example/login/oidc/callback"),
            Map.entry("waybill.server.oidc.roles", "staff = run:*"),
            Map.entry("waybill.ledger.url", "jdbc:h2:mem:ledger"),
            Map.entry("waybill.datasource.<name>.url", "jdbc:h2:mem:shop"));

    @TempDir
    private Path folder;

    private ConfigurationMetadataRepository metadata;

    @BeforeEach
    void read() throws Exception {
        try (InputStream file = Files.newInputStream(METADATA)) {
            metadata = ConfigurationMetadataRepositoryJsonBuilder.create(file).build();
        }
    }

    @Test
    void theTypeOfEachIsThereAndItsDefaultIsOfThatType() {
        assertThat(metadata.getAllProperties()).hasSizeGreaterThan(100);
        metadata.getAllProperties().values().forEach(property -> {
            assertThat(property.getDescription()).as(property.getId()).endsWith(".");
            if (property.getDefaultValue() != null) {
                assertThat(bound(Map.of(
                                        concrete(property),
                                        property.getDefaultValue().toString()))
                                .bind(concrete(property), Bindable.of(type(property)))
                                .get())
                        .as(property.getId())
                        .isEqualTo(
                                property.getDefaultValue() instanceof Integer whole
                                        ? Long.valueOf(whole)
                                        : property.getDefaultValue());
            }
        });
    }

    @Test
    void anEditorOffersTheValuesOfASettingThatHasFew() {
        assertThat(offered("waybill.connection.<name>.type"))
                .containsExactly("s3", "sftp", "ftp", "ftps", "http", "smtp", "kinesis", "firehose", "iceberg");
        assertThat(offered("waybill.log.format")).containsExactly("plain", "json");
        assertThat(offered("waybill.staging.cipher")).containsExactly("AES/CTR/NoPadding", "none");
        metadata.getAllProperties().values().stream()
                .filter(property -> property.getDefaultValue() != null
                        && !offered(property.getId()).isEmpty())
                .forEach(property -> assertThat(offered(property.getId()))
                        .as(property.getId())
                        .contains(property.getDefaultValue()));
    }

    @Test
    void whatIsWrittenByThemInApplicationPropertiesArrives() throws Exception {
        Map<String, String> written = new TreeMap<>();
        metadata.getAllProperties().values().forEach(property -> written.put(concrete(property), sample(property)));
        for (Object type : offered("waybill.connection.<name>.type")) {
            written.put("waybill.connection." + type + ".type", type.toString());
        }

        StandardEnvironment environment = environment(written);

        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addPropertiesSource(new SpringSettings(environment));
            written.forEach((name, value) ->
                    assertThat(Settings.of(context).value(name)).as(name).contains(value));
        }
        Binder binder = Binder.get(environment);
        for (ConfigurationMetadataProperty property :
                metadata.getAllProperties().values()) {
            assertThat(binder.bind(propertyName(property), Bindable.of(type(property)))
                            .isBound())
                    .as(property.getId())
                    .isTrue();
        }
    }

    @Test
    void whatAnEditorDoesNotOfferIsRefused() throws Exception {
        List<String> taken = new ArrayList<>();
        for (ConfigurationMetadataProperty property :
                metadata.getAllProperties().values()) {
            if (!offered(property.getId()).isEmpty() && !property.getId().endsWith(".type")) {
                Map<String, String> written = new TreeMap<>(Map.of(concrete(property), "anything"));
                Matcher type = OF_TYPES.matcher(property.getDescription());
                if (type.matches()) {
                    written.put("waybill.connection." + type.group(1) + ".type", type.group(1));
                }
                StandardEnvironment environment = environment(written);
                try (DefaultCamelContext context = new DefaultCamelContext()) {
                    context.getPropertiesComponent().addPropertiesSource(new SpringSettings(environment));
                    assertThatThrownBy(() -> Settings.of(context).value(concrete(property)))
                            .hasMessageContaining("application.properties:")
                            .hasMessageContaining(concrete(property) + ": \"anything\" is not known; allowed: ");
                    taken.add(property.getId());
                }
            }
        }
        assertThat(taken).hasSizeGreaterThan(5);
    }

    private List<Object> offered(String property) {
        return metadata.getAllProperties().get(property).getHints().getValueHints().stream()
                .map(ValueHint::getValue)
                .toList();
    }

    /** Spring's environment, with a file of properties that Spring has read. */
    private StandardEnvironment environment(Map<String, String> written) throws Exception {
        Properties properties = new Properties();
        properties.putAll(written);
        try (var file = Files.newBufferedWriter(folder.resolve("application.properties"))) {
            properties.store(file, null);
        }
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getSystemProperties()
                .put("spring.config.location", folder.toUri().toString());
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment, new DefaultResourceLoader(), null);
        } finally {
            environment.getSystemProperties().remove("spring.config.location");
        }
        return environment;
    }

    private static Binder bound(Map<String, String> values) {
        return new Binder(
                new org.springframework.boot.context.properties.source.MapConfigurationPropertySource(values));
    }

    /** @throws IllegalArgumentException when a class of it is not there */
    private static ResolvableType type(ConfigurationMetadataProperty property) {
        return property.getType().startsWith("java.util.Map<")
                ? ResolvableType.forClassWithGenerics(Map.class, String.class, String.class)
                : ResolvableType.forClass(
                        org.springframework.util.ClassUtils.resolveClassName(property.getType(), null));
    }

    /** As the metadata have it, but for what is the user's own in it. */
    private static String propertyName(ConfigurationMetadataProperty property) {
        return property.getType().startsWith("java.util.Map<") ? property.getId() : concrete(property);
    }

    private static String concrete(ConfigurationMetadataProperty property) {
        String id = property.getId();
        if (id.startsWith("waybill.connection.<name>")) {
            Matcher type = OF_TYPES.matcher(property.getDescription());
            return id.replace("<name>", type.matches() ? type.group(1) : "s3");
        }
        return switch (id) {
            case "waybill.datasource" -> "waybill.datasource.shop.username";
            case "waybill.connection" -> "waybill.connection.s3.region";
            case "waybill.privacy-keys" -> "waybill.privacy-keys.first";
            case "waybill.ledger.property" -> "waybill.ledger.property.any";
            default -> id.replace("<name>", "shop");
        };
    }

    private String sample(ConfigurationMetadataProperty property) {
        List<Object> offered = offered(property.getId());
        if (property.getId().endsWith(">.type")) {
            return "s3";
        }
        if (!offered.isEmpty()) {
            return offered.get(offered.size() - 1).toString();
        }
        return switch (property.getType()) {
            case "java.lang.Boolean" -> "false";
            case "java.lang.Long" ->
                property.getDefaultValue() == null
                        ? "7"
                        : property.getDefaultValue().toString();
            default -> SAMPLES.getOrDefault(property.getId(), "some-text");
        };
    }
}
