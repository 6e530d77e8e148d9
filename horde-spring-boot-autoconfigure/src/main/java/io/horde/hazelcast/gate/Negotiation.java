package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.jspecify.annotations.Nullable;

/**
 * One end of a connection until both ends are proved: bytes in, bytes out, no socket and
 * no thread of its own.
 */
final class Negotiation {

	/*-
	 * Inside TLS, or, if links are open, in clear:
	 *
	 * initiator -> acceptor  INTRODUCTION
	 * acceptor -> initiator  INTRODUCTION
	 * initiator -> acceptor  PROOF       (of each secret; of none with certificates)
	 * acceptor -> initiator  ACCEPTANCE  (with the acceptor's proof of one of them)
	 *
	 * Either may say REFUSAL instead. An end that has a secret and meets one that has
	 * none, or the other way round, sees that by the first byte, and says so in clear:
	 * such a refusal is a code for the log, and has no consequences.
	 */

	/**
	 * Of an honest peer, all fits into a few kilobytes, unless its chain of certificates
	 * is long.
	 */
	private static final int MAX_INPUT = 32 * 1024;

	private static final int MAX_RECORD = 17 * 1024;

	private static final int FIRST_INPUT = 2048;

	/* Of records: change of cipher, alert, handshake, data. */
	private static final byte TLS_FIRST = 20;

	private static final byte TLS_LAST = 23;

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final Role role;

	private final Credentials credentials;

	private final Deque<ByteBuffer> output = new ArrayDeque<>();

	/** In read mode, like all buffers here. */
	private ByteBuffer input = NOTHING;

	private ByteBuffer plain = NOTHING;

	private ByteBuffer sealed = NOTHING;

	private int received;

	private @Nullable SSLEngine engine;

	/** Whether the peer's first message was one of TLS 1.3, and has been answered. */
	private boolean answered;

	private boolean established;

	private @Nullable Identity peer;

	private byte[] peerIntroduction = new byte[0];

	private State state = State.TALKING;

	private @Nullable GateException failure;

	private boolean refusedByPeer;

	Negotiation(Role role, Credentials credentials) {
		this.role = role;
		this.credentials = credentials;
		if (role == Role.INITIATOR) {
			attempt(this::begin);
		}
	}

	State state() {
		return this.state;
	}

	/**
	 * Return who stands at the other end.
	 * @return proved if the state is {@link State#PROVED}, else only said; {@code null}
	 * if it has said nothing
	 */
	@Nullable Identity peer() {
		return this.peer;
	}

	/**
	 * Return what encrypts from now on.
	 * @return {@code null} if links are open
	 */
	@Nullable SSLEngine engine() {
		return this.engine;
	}

	/**
	 * Return why there is no connection.
	 * @return the reason, once the state is {@link State#REFUSED}
	 */
	GateRefusal refusal() {
		return (this.failure != null) ? this.failure.refusal() : GateRefusal.NOT_HORDE;
	}

	boolean isRefusedByPeer() {
		return this.refusedByPeer;
	}

	/**
	 * Return what has to be sent next.
	 * @return bytes to be consumed, {@code null} if there are none
	 */
	@Nullable ByteBuffer output() {
		while (!this.output.isEmpty() && !this.output.element().hasRemaining()) {
			this.output.remove();
		}
		return this.output.peek();
	}

	/**
	 * Take bytes without looking at them.
	 * @param bytes bytes from outside, all of which are consumed
	 */
	void receive(ByteBuffer bytes) {
		this.received += bytes.remaining();
		if (this.state == State.REFUSED || this.received > MAX_INPUT) {
			bytes.position(bytes.limit());
			attempt(() -> {
				throw new GateException(GateRefusal.NOT_HORDE, "Too much before a proof");
			});
			return;
		}
		int needed = this.input.remaining() + bytes.remaining();
		if (needed > this.input.capacity()) {
			this.input = ByteBuffer.allocate(Math.max(needed, FIRST_INPUT)).put(this.input);
		}
		else {
			this.input.compact();
		}
		this.input.put(bytes).flip();
	}

	/**
	 * Go as far as what has arrived allows.
	 */
	void advance() {
		attempt(() -> {
			if (this.state == State.TALKING && knowsHow()) {
				if (this.engine == null) {
					converse(this.input);
				}
				else {
					converse(this.engine);
				}
			}
		});
	}

	/**
	 * Do what needs a processor rather than bytes, while the state is
	 * {@link State#WORKING}. Afterwards advance.
	 */
	void work() {
		SSLEngine working = this.engine;
		Runnable task = (working != null) ? working.getDelegatedTask() : null;
		while (working != null && task != null) {
			task.run();
			task = working.getDelegatedTask();
		}
	}

	/**
	 * Tell that the work is done.
	 */
	void worked() {
		if (this.state == State.WORKING) {
			this.state = State.TALKING;
		}
	}

	private void begin() throws GateException, SSLException, GeneralSecurityException {
		TlsEngines engines = this.credentials.engines();
		if (engines == null) {
			introduce();
		}
		else {
			SSLEngine created = engines.create(this.role);
			this.engine = created;
			created.beginHandshake();
			converse(created);
		}
	}

	/**
	 * See by the first byte how the other end speaks.
	 */
	private boolean knowsHow() throws GateException, SSLException, GeneralSecurityException {
		if (isStarted() || !this.input.hasRemaining()) {
			return isStarted();
		}
		boolean secured = this.credentials.engines() != null;
		byte first = this.input.get(this.input.position());
		boolean tls = first >= TLS_FIRST && first <= TLS_LAST;
		if (secured && !tls) {
			readInClear();
			return false;
		}
		if (!secured && tls && this.role == Role.ACCEPTOR) {
			throw new GateException(GateRefusal.ONE_SIDED, "The peer expects that links are secured");
		}
		if (secured && this.engine == null) {
			this.engine = createAcceptor();
		}
		return true;
	}

	/** Whether records of the other end were read already. */
	private boolean isStarted() {
		return this.plain.capacity() > 0;
	}

	private SSLEngine createAcceptor() throws GeneralSecurityException, SSLException {
		TlsEngines engines = this.credentials.engines();
		if (engines == null) {
			throw new IllegalStateException("Links are open");
		}
		SSLEngine created = engines.create(Role.ACCEPTOR);
		created.beginHandshake();
		return created;
	}

	private void readInClear() throws GateException {
		GateMessage message = GateMessage.read(this.input);
		if (message != null && message.kind() == GateMessage.Kind.REFUSAL) {
			refusedByPeer(message);
		}
		else if (message != null) {
			this.engine = null;
			throw new GateException(GateRefusal.ONE_SIDED, "The peer expects that links are open");
		}
	}

	private void converse(SSLEngine engine) throws GateException, SSLException {
		while (this.state == State.TALKING) {
			switch (engine.getHandshakeStatus()) {
				case NEED_TASK -> this.state = State.WORKING;
				case NEED_WRAP -> wrap(engine, NOTHING);
				case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
					if (!unwrap(engine)) {
						return;
					}
				}
				default -> {
					if (!this.established) {
						established(engine);
					}
					converse(this.plain);
					if (this.state == State.TALKING && !unwrap(engine)) {
						return;
					}
				}
			}
		}
	}

	private void established(SSLEngine engine) throws GateException, SSLException {
		this.established = true;
		if (this.credentials.secrets() == null) {
			checkDates(engine);
		}
		if (this.role == Role.INITIATOR) {
			introduce();
		}
	}

	/*
	 * The JDK does not look at the dates of a certificate that is itself in the trust
	 * store.
	 */
	private static void checkDates(SSLEngine engine) throws GateException, SSLPeerUnverifiedException {
		try {
			for (Certificate certificate : engine.getSession().getPeerCertificates()) {
				((X509Certificate) certificate).checkValidity();
			}
		}
		catch (CertificateException ex) {
			throw new GateException(GateRefusal.CERTIFICATE, "A certificate is not valid at this time");
		}
	}

	private void converse(ByteBuffer bytes) throws GateException, SSLException {
		GateMessage message = GateMessage.read(bytes);
		while (message != null && this.state == State.TALKING) {
			take(message, bytes);
			message = GateMessage.read(bytes);
		}
	}

	private void take(GateMessage message, ByteBuffer rest) throws GateException, SSLException {
		boolean initiator = this.role == Role.INITIATOR;
		GateMessage.Kind kind = message.kind();
		if (kind == GateMessage.Kind.REFUSAL) {
			refusedByPeer(message);
		}
		else if (kind == GateMessage.Kind.INTRODUCTION && this.peer == null) {
			introduced(message.body());
		}
		else if (kind == GateMessage.Kind.PROOF && this.peer != null && !initiator) {
			List<byte[]> answer = judge(message, Role.INITIATOR);
			nothingFollows(rest);
			say(GateMessage.proofs(GateMessage.Kind.ACCEPTANCE, answer));
			this.state = State.PROVED;
		}
		else if (kind == GateMessage.Kind.ACCEPTANCE && this.peer != null && initiator) {
			judge(message, Role.ACCEPTOR);
			nothingFollows(rest);
			this.state = State.PROVED;
		}
		else {
			throw new GateException(GateRefusal.NOT_HORDE, "A message out of turn: " + kind);
		}
	}

	private void introduced(byte[] introduction) throws GateException, SSLException {
		Identity read = Identity.read(introduction);
		this.peer = read;
		this.peerIntroduction = introduction;
		if (this.role == Role.ACCEPTOR) {
			introduce();
		}
		this.credentials.check(read);
		if (this.role == Role.INITIATOR) {
			SharedSecrets secrets = this.credentials.secrets();
			List<byte[]> proofs = (secrets != null) ? secrets.proofs(Role.INITIATOR, transcript()) : List.of();
			say(GateMessage.proofs(GateMessage.Kind.PROOF, proofs));
		}
	}

	private List<byte[]> judge(GateMessage message, Role prover) throws GateException, SSLException {
		SharedSecrets secrets = this.credentials.secrets();
		List<byte[]> proofs = message.proofs();
		if (secrets == null) {
			return List.of();
		}
		byte[] transcript = transcript();
		int proved = secrets.proved(proofs, prover, transcript);
		if (proved < 0) {
			throw new GateException(GateRefusal.SECRET, "A wrong proof");
		}
		return List.of(secrets.proofs(Role.ACCEPTOR, transcript).get(proved));
	}

	/*
	 * What Hazelcast is to read comes only after the acceptance.
	 */
	private void nothingFollows(ByteBuffer rest) throws GateException {
		if (rest.hasRemaining() || this.input.hasRemaining()) {
			throw new GateException(GateRefusal.NOT_HORDE, "More came before it was asked for");
		}
	}

	private byte[] transcript() throws SSLException {
		SSLEngine current = this.engine;
		if (current == null) {
			throw new IllegalStateException("There is nothing to prove");
		}
		try {
			byte[] ownCertificate = current.getSession().getLocalCertificates()[0].getEncoded();
			byte[] peerCertificate = current.getSession().getPeerCertificates()[0].getEncoded();
			byte[] own = this.credentials.own().toBytes();
			return (this.role == Role.INITIATOR)
					? SharedSecrets.transcript(ownCertificate, peerCertificate, own, this.peerIntroduction)
					: SharedSecrets.transcript(peerCertificate, ownCertificate, this.peerIntroduction, own);
		}
		catch (CertificateException ex) {
			throw new SSLException(ex);
		}
	}

	private void introduce() throws SSLException {
		say(GateMessage.introduction(this.credentials.own().toBytes()));
	}

	private void say(GateMessage message) throws SSLException {
		SSLEngine current = this.engine;
		if (current == null) {
			this.output.add(message.toBytes());
		}
		else if (this.established) {
			wrap(current, message.toBytes());
		}
	}

	private void refusedByPeer(GateMessage message) {
		GateRefusal refusal = message.refusal();
		this.refusedByPeer = true;
		this.failure = new GateException((refusal != null) ? refusal : GateRefusal.NOT_HORDE, "Refused by the peer");
		this.state = State.REFUSED;
	}

	private void wrap(SSLEngine engine, ByteBuffer bytes) throws SSLException {
		if (this.sealed.capacity() == 0) {
			this.sealed = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
		}
		do {
			this.sealed.clear();
			SSLEngineResult result = engine.wrap(bytes, this.sealed);
			this.sealed.flip();
			if (this.sealed.hasRemaining()) {
				this.answered |= this.role == Role.ACCEPTOR;
				this.output.add(ByteBuffer.allocate(this.sealed.remaining()).put(this.sealed).flip());
			}
			if (result.getStatus() != SSLEngineResult.Status.OK) {
				return;
			}
		}
		while (bytes.hasRemaining());
	}

	private boolean unwrap(SSLEngine engine) throws GateException, SSLException {
		if (!this.input.hasRemaining()) {
			return false;
		}
		if (this.plain.capacity() == 0) {
			this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
		}
		this.plain.compact();
		SSLEngineResult result = engine.unwrap(this.input, this.plain);
		this.plain.flip();
		return switch (result.getStatus()) {
			case OK -> result.bytesConsumed() > 0
					|| engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
			case BUFFER_UNDERFLOW -> {
				if (this.input.remaining() > MAX_RECORD) {
					throw new GateException(GateRefusal.TLS, "A record that is too large");
				}
				yield false;
			}
			default -> throw new GateException(GateRefusal.TLS, "The connection was closed before a proof");
		};
	}

	private void attempt(Attempt attempt) {
		try {
			attempt.run();
		}
		catch (GateException ex) {
			failed(ex, true);
		}
		catch (SSLException ex) {
			failed(new GateException(isAboutCertificates(ex) ? GateRefusal.CERTIFICATE : GateRefusal.TLS,
					"No encrypted connection"), false);
		}
		catch (GeneralSecurityException ex) {
			failed(new GateException(GateRefusal.CERTIFICATE, "No certificate that can be used"), false);
		}
		catch (RuntimeException ex) {
			// Whatever the JDK's parsers make of a stranger's bytes.
			failed(new GateException(GateRefusal.TLS, "No encrypted connection"), false);
		}
	}

	/*
	 * In TLS 1.3 the initiator is through before the acceptor has seen its certificate,
	 * and has no certificate to show if the acceptor trusts none that it has.
	 */
	private boolean isAboutCertificates(SSLException failure) {
		if ((this.established || this.answered) && this.credentials.secrets() == null) {
			return true;
		}
		for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof CertificateException) {
				return true;
			}
		}
		return false;
	}

	private void failed(GateException failure, boolean tell) {
		if (this.state == State.REFUSED) {
			return;
		}
		this.state = State.REFUSED;
		this.failure = failure;
		try {
			SSLEngine current = this.engine;
			if (tell) {
				say(GateMessage.refusal(failure.refusal()));
			}
			if (current != null) {
				current.closeOutbound();
				for (int i = 0; i < 4 && !current.isOutboundDone(); i++) {
					wrap(current, NOTHING);
				}
			}
		}
		catch (SSLException | RuntimeException ex) {
			// Then the peer is told nothing.
		}
	}

	/**
	 * How far a negotiation is.
	 */
	enum State {

		/** Waits for bytes. */
		TALKING,

		/** Waits until somebody has called {@link Negotiation#work()}. */
		WORKING,

		/** Both ends are proved; Hazelcast may go on once all output is sent. */
		PROVED,

		/** There is no connection; the output tells the peer, if it can be told. */
		REFUSED

	}

	/**
	 * Something that fails because of what came from outside.
	 */
	@FunctionalInterface
	private interface Attempt {

		void run() throws GateException, SSLException, GeneralSecurityException;

	}

}
