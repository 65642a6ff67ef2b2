package dev.weft.instrumentation.pgjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weft.bootstrap.Mesh;
import dev.weft.examples.postgres.PostgresHome;
import dev.weft.examples.postgres.PostgresServer;
import dev.weft.loader.Weaver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The woven driver against a real primary and a real standby. */
class PgJdbcMeshTest {
  private static PostgresHome home;
  private static PostgresServer primary;
  private static PostgresServer standby;

  @BeforeAll
  static void start() throws Exception {
    Weaver.install(ByteBuddyAgent.install(), List.of(new PgJdbcInstrumentationModule()));
    home = PostgresHome.create();
    primary = PostgresServer.primary(home, "primary");
    standby = PostgresServer.synchronousStandby(primary, "standby");
  }

  @AfterAll
  static void stop() {
    standby.close();
    primary.close();
    home.close();
  }

  @AfterEach
  void leave() {
    Mesh.install(null);
  }

  @Test
  void theDriverUnderTestIsTheOneThatTheBuildNames() {
    assertThat(org.postgresql.Driver.class.getPackage().getImplementationVersion())
        .isEqualTo(System.getProperty("pgjdbc.version"));
  }

  @Test
  void aNameThatOnlyTheMeshKnowsConnects() throws Exception {
    OneName mesh = mesh(false, 1, primary.port());

    try (Connection connection = connect("")) {
      assertThat(ask(connection, "SELECT inet_server_port()"))
          .isEqualTo(Integer.toString(primary.port()));
      assertThat(connection.getMetaData().getURL()).contains(OneName.HOST + ":5432");
      assertThat(mesh.heard).containsExactly("connected " + primary.port());
    }
    assertThat(mesh.heard)
        .containsExactly("connected " + primary.port(), "closed " + primary.port());
  }

  @Test
  void aRefusedConnectGoesOnToTheNextServer() throws Exception {
    int refusing = refusingPort();
    OneName mesh = mesh(false, 1, refusing, primary.port());

    try (Connection connection = connect("")) {
      assertThat(connection.isValid(2)).isTrue();
    }
    assertThat(mesh.heard).startsWith("failed " + refusing, "connected " + primary.port());
  }

  @Test
  void aStandbyIsPassedOverWhereAPrimaryIsNeeded() throws Exception {
    OneName mesh = mesh(true, 1, standby.port(), primary.port());

    try (Connection connection = connect("")) {
      assertThat(ask(connection, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    }
    assertThat(mesh.heard)
        .containsExactly(
            // Connected first: a standby that answers is not to be ejected as unreachable.
            "connected " + standby.port(),
            "failed " + standby.port(),
            "connected " + primary.port(),
            "closed " + primary.port());
  }

  @Test
  void aStandbyServesWhereTheMeshAsksForNoRole() throws Exception {
    mesh(false, 1, standby.port(), primary.port());

    try (Connection connection = connect("")) {
      assertThat(ask(connection, "SELECT pg_is_in_recovery()")).isEqualTo("t");
    }
  }

  @Test
  void anApplicationThatAsksForAStandbyKeepsIt() throws Exception {
    mesh(true, 1, standby.port(), primary.port());

    try (Connection connection = connect("?targetServerType=secondary")) {
      assertThat(ask(connection, "SELECT pg_is_in_recovery()")).isEqualTo("t");
    }
  }

  @Test
  void anApplicationThatAsksForAPrimaryFindsItBehindOneName() throws Exception {
    mesh(false, 1, standby.port(), primary.port());

    try (Connection connection = connect("?targetServerType=primary")) {
      assertThat(ask(connection, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    }
  }

  @Test
  void withoutAPrimaryTheReasonIsSaid() {
    mesh(true, 2, standby.port());

    assertThatThrownBy(() -> connect(""))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("standby");
  }

  @Test
  void roundsEndWithTheLoginTimeout() throws Exception {
    OneName mesh = mesh(true, 1_000_000, standby.port());

    long start = System.nanoTime();
    assertThatThrownBy(() -> connect("?loginTimeout=1")).isInstanceOf(SQLException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
    assertThat(mesh.heard).hasSizeGreaterThan(4).doesNotContain("closed " + standby.port());
  }

  @Test
  void aRefusalOfTheServerIsNotTriedElsewhere() {
    OneName mesh = mesh(false, 1, primary.port(), standby.port());

    assertThatThrownBy(
            () ->
                DriverManager.getConnection(
                    "jdbc:postgresql://" + OneName.HOST + ":5432/nowhere", "shop", "shop"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("nowhere");
    assertThat(mesh.heard)
        .containsExactly("connected " + primary.port(), "closed " + primary.port());
  }

  @Test
  void aListOfHostsKeepsItsOrderAndMeaning() throws Exception {
    mesh(false, 1, refusingPort());

    try (Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + OneName.HOST + ":5432,127.0.0.1:" + primary.port() + "/postgres",
            "shop",
            "shop")) {
      assertThat(ask(connection, "SELECT inet_server_port()"))
          .isEqualTo(Integer.toString(primary.port()));
    }
  }

  @Test
  void whenNoServerAnswersTheDriversOwnExceptionSaysSo() throws Exception {
    OneName mesh = mesh(false, 1, refusingPort());

    assertThatThrownBy(() -> connect(""))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(OneName.HOST)
        .hasRootCauseInstanceOf(java.net.ConnectException.class);
    assertThat(mesh.internalErrors).isEmpty();
  }

  @Test
  void aCancelReachesTheServerThatRunsTheStatement() throws Exception {
    // By round robin a second look-up would say the standby.
    mesh(true, 1, primary.port(), standby.port());

    try (Connection connection = connect("");
        var statement = connection.createStatement()) {
      var other = Executors.newSingleThreadExecutor();
      try {
        var asked = other.submit(() -> statement.execute("SELECT pg_sleep(30)"));
        await()
            .until(
                () -> {
                  try (Connection watcher =
                      DriverManager.getConnection(primary.url(), "shop", "")) {
                    return ask(
                            watcher,
                            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%'"
                                + " AND pid <> pg_backend_pid()")
                        .equals("1");
                  }
                });
        statement.cancel();
        assertThatThrownBy(asked::get).hasMessageContaining("canceling statement");
      } finally {
        other.shutdownNow();
      }
    }
  }

  @Test
  void statementsAreCountedByKindAndNeverShown() throws Exception {
    OneName mesh = mesh(false, 1, primary.port());

    try (Connection connection = connect("")) {
      mesh.statements.clear();
      connection.setAutoCommit(false);
      ask(connection, "SELECT 'secret'");
      try (var statement = connection.createStatement()) {
        statement.execute("/* note */ CREATE TEMPORARY TABLE t (id int)");
        statement.addBatch("INSERT INTO t VALUES (1)");
        statement.addBatch("INSERT INTO t VALUES (2)");
        statement.executeBatch();
      }
      connection.commit();
      assertThatThrownBy(() -> ask(connection, "SELECT 1/0")).isInstanceOf(SQLException.class);
    }
    String where = "postgresql " + OneName.HOST + ":5432 ";
    assertThat(mesh.statements)
        .containsExactly(
            where + "SELECT",
            where + "CREATE",
            where + "INSERT",
            where + "COMMIT",
            where + "SELECT failed");
  }

  @Test
  void withoutAMeshNothingChanges() throws Exception {
    try (Connection connection = DriverManager.getConnection(primary.url(), "shop", "shop")) {
      assertThat(ask(connection, "SELECT 1")).isEqualTo("1");
    }
    assertThatThrownBy(() -> connect(""))
        .hasRootCauseInstanceOf(java.net.UnknownHostException.class);
  }

  private static OneName mesh(boolean requiresPrimary, int rounds, int... ports) {
    var mesh = new OneName(requiresPrimary, rounds, ports);
    Mesh.install(mesh);
    return mesh;
  }

  private static Connection connect(String parameters) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + OneName.HOST + ":5432/postgres" + parameters, "shop", "shop");
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static int refusingPort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
