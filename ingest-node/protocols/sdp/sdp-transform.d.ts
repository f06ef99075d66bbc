/** The part of sdp-transform that is used; the package brings no types. Numbers are made of all that looks like one. */
declare module 'sdp-transform' {
	type Text = string | number;
	export interface Transport {
		readonly iceUfrag?: Text;
		readonly icePwd?: Text;
		readonly fingerprint?: { readonly type: Text; readonly hash: Text };
		readonly setup?: Text;
		readonly direction?: Text;
		/** RFC 2326 § C.1.1 */
		readonly control?: Text;
	}
	export interface Media extends Transport {
		readonly type?: Text;
		readonly port?: Text;
		readonly protocol?: Text;
		readonly payloads?: Text;
		readonly mid?: Text;
		readonly rtcpMux?: Text;
		readonly bundleOnly?: Text;
		readonly rtp: readonly {
			readonly payload: Text;
			readonly codec: Text;
			readonly rate?: Text;
			readonly encoding?: Text;
		}[];
		readonly fmtp: readonly { readonly payload: Text; readonly config: Text }[];
		readonly rtcpFb?: readonly { readonly payload: Text; readonly type: Text; readonly subtype?: Text }[];
		readonly ext?: readonly { readonly value: Text; readonly uri: Text }[];
		readonly ssrcs?: readonly { readonly id: Text }[];
		readonly candidates?: readonly Candidate[];
	}
	export interface Candidate {
		readonly foundation: Text;
		readonly component: Text;
		readonly transport: Text;
		readonly priority: Text;
		readonly ip: Text;
		readonly port: Text;
		readonly type: Text;
	}
	export interface Session extends Transport {
		readonly version?: Text;
		readonly groups?: readonly { readonly type: Text; readonly mids: Text }[];
		readonly media: readonly Media[];
	}
	export const parse: (sdp: string) => Session;
}
