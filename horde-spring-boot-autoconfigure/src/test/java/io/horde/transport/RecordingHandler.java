package io.horde.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what a transport tells it, and whether it was told on the event loop.
 */
public class RecordingHandler implements TransportHandler {

	private final EventLoop loop;

	private final List<Received> frames = new CopyOnWriteArrayList<>();

	private final List<Link> ups = new CopyOnWriteArrayList<>();

	private final List<Down> downs = new CopyOnWriteArrayList<>();

	private final List<Failed> failures = new CopyOnWriteArrayList<>();

	private final List<String> ends = new CopyOnWriteArrayList<>();

	private final List<Link> writables = new CopyOnWriteArrayList<>();

	private final List<String> violations = new CopyOnWriteArrayList<>();

	private final Map<String, Link> links = new ConcurrentHashMap<>();

	private volatile String hello;

	private volatile Function<String, @Nullable LinkRefusal> refusal = (hello) -> null;

	public RecordingHandler(EventLoop loop, String hello) {
		this.loop = loop;
		this.hello = hello;
	}

	public void helloIs(String hello) {
		this.hello = hello;
	}

	public void refuseIf(Function<String, @Nullable LinkRefusal> refusal) {
		this.refusal = refusal;
	}

	@Override
	public byte[] hello() {
		check(this.loop.inLoop(), "hello() outside of the loop");
		return this.hello.getBytes(StandardCharsets.UTF_8);
	}

	@Override
	public @Nullable LinkRefusal refuse(String address, byte[] hello) {
		check(this.loop.inLoop(), "refuse() outside of the loop");
		return this.refusal.apply(new String(hello, StandardCharsets.UTF_8));
	}

	@Override
	public void linkUp(Link link) {
		check(this.loop.inLoop(), "linkUp() outside of the loop");
		check(link.isUp(), "linkUp() with a link that is not up");
		check(this.links.put(link.address(), link) == null, "a second link to " + link.address());
		this.ups.add(link);
	}

	@Override
	public void linkDown(Link link, LinkDown evidence) {
		check(this.loop.inLoop(), "linkDown() outside of the loop");
		check(!link.isUp(), "linkDown() with a link that is up");
		check(this.links.remove(link.address(), link), "linkDown() without linkUp() for " + link.address());
		this.downs.add(new Down(link, evidence));
	}

	@Override
	public void frame(Link link, int channel, byte[] frame) {
		check(this.loop.inLoop(), "frame() outside of the loop");
		check(this.links.get(link.address()) == link, "a frame of a link that is not up");
		this.frames.add(new Received(link, channel, frame));
	}

	@Override
	public void writable(Link link) {
		check(this.loop.inLoop(), "writable() outside of the loop");
		this.writables.add(link);
	}

	@Override
	public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		check(this.loop.inLoop(), "dialFailed() outside of the loop");
		this.failures.add(new Failed(address, failure, reason, refusal));
	}

	@Override
	public void failed(String reason) {
		check(this.loop.inLoop(), "failed() outside of the loop");
		this.ends.add(reason);
	}

	private void check(boolean condition, String violation) {
		if (!condition) {
			this.violations.add(violation);
		}
	}

	public @Nullable Link link(String address) {
		return this.links.get(address);
	}

	public List<Link> ups() {
		return this.ups;
	}

	public List<Down> downs() {
		return this.downs;
	}

	public List<Failed> failures() {
		return this.failures;
	}

	public List<String> ends() {
		return this.ends;
	}

	public List<Received> frames() {
		return this.frames;
	}

	public List<Link> writables() {
		return this.writables;
	}

	public List<String> violations() {
		return this.violations;
	}

	public List<byte[]> frames(int channel) {
		return this.frames.stream().filter((frame) -> frame.channel() == channel).map(Received::frame).toList();
	}

	public record Received(Link link, int channel, byte[] frame) {

	}

	public record Down(Link link, LinkDown evidence) {

	}

	public record Failed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {

	}

}
