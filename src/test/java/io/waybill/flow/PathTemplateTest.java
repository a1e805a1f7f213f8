package io.waybill.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {

    @Test
    void bothFormsOfBracesAreTheSameVariable() {
        PathTemplate path = PathTemplate.parse("exports/{{date}}/{flow_id}_{{ batch_id }}.csv");

        assertThat(path.text()).isEqualTo("exports/{date}/{flow_id}_{batch_id}.csv");
        assertThat(path.resolve(name -> "<" + name + ">")).isEqualTo("exports/<date>/<flow_id>_<batch_id>.csv");
        assertThat(path.fixedDirectory()).isEqualTo("exports/");
    }

    @Test
    void otherNamesInDoubleBracesStayPlaceholders() {
        assertThat(PathTemplate.parse("{{env:ROOT}}/{{folder}}/{ds}.csv").text())
                .isEqualTo("{{env:ROOT}}/{{folder}}/{ds}.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", "a\\b", "..", ".", "", "a\nb", "\0"})
    void aValueThatCouldLeaveTheRootIsRefused(String value) {
        assertThatThrownBy(() -> PathTemplate.checkValue("batch_id", value))
                .hasMessageStartingWith("the value of {batch_id} is \"")
                .hasMessageEndingWith("\", which cannot stand in a file's name");
    }
}
