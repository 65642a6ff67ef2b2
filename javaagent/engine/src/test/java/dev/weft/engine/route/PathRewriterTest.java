package dev.weft.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.model.PathMatch;
import dev.weft.model.RouteAction.PathRewrite;
import org.junit.jupiter.api.Test;

class PathRewriterTest {
  private static String rewrite(PathRewrite rewrite, PathMatch match, String path) {
    return PathRewriter.compile(rewrite, match).rewrite(path, RouteTable.pathEnd(path));
  }

  @Test
  void aPrefixIsReplacedAndTheQueryStays() {
    PathMatch prefix = new PathMatch.Prefix("/api/", true);
    assertThat(rewrite(new PathRewrite.Prefix("/v2/"), prefix, "/api/x?y=/api/"))
        .isEqualTo("/v2/x?y=/api/");
    PathMatch segment = new PathMatch.SegmentPrefix("/a", true);
    assertThat(rewrite(new PathRewrite.Prefix("/"), segment, "/a/b")).isEqualTo("/b");
    assertThat(rewrite(new PathRewrite.Prefix("/"), segment, "/a?q")).isEqualTo("/?q");
    assertThat(rewrite(new PathRewrite.Prefix("/n"), segment, "/a/b")).isEqualTo("/n/b");
    assertThat(rewrite(new PathRewrite.Prefix("/n"), new PathMatch.Exact("/a", true), "/a?q"))
        .isEqualTo("/n?q");
  }

  @Test
  void groupsAreWrittenAsEnvoyWritesThem() {
    PathMatch any = new PathMatch.Prefix("/", true);
    assertThat(rewrite(new PathRewrite.Regex("^/u/(.*)/x$", "/$\\1/\\\\"), any, "/u/7/x?q=1"))
        .isEqualTo("/$7/\\?q=1");
    assertThat(rewrite(new PathRewrite.Full("/all"), any, "/u?q")).isEqualTo("/all?q");
  }
}
