/**
The first Intl.Segmenter of a process loads its tables, which takes longer than most commands run. The libraries make theirs when they are loaded, whether they will need it or not; the build puts this in its place.
*/
const {Segmenter} = Intl;

export class LazySegmenter {
	#options;
	#segmenter;

	constructor(...options) {
		this.#options = options;
	}

	segment(text) {
		this.#segmenter ??= new Segmenter(...this.#options);
		return this.#segmenter.segment(text);
	}
}
