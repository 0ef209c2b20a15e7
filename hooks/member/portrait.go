package member

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"kpdk/hooks/internal/fault"
)

// A portrait is 3:4, sharp at 18 mm and 500 dots an inch. What comes in is bounded before it is unpacked: a file of
// a few kilobytes may unpack to gigabytes.
const (
	portraitWidth, portraitHeight = 360, 480
	portraitQuality               = 84
	maxPhoto                      = 10 << 20   // bytes
	maxPhotoSide                  = 10_000     // pixels
	maxJPEGPixels                 = 16_000_000 // more than phones send; a progressive one takes some 300 MB while it is unpacked
	maxOtherPixels                = 12_000_000 // up to 8 bytes each
)

// unpacking lets one photo after the other into memory.
var unpacking sync.Mutex

type photoKind struct {
	config func(*bytes.Reader) (image.Config, error)
	decode func(*bytes.Reader) (image.Image, error)
	pixels int
}

var photoKinds = map[string]photoKind{
	"image/jpeg": {func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return jpeg.Decode(r) }, maxJPEGPixels},
	"image/png":  {func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return png.Decode(r) }, maxOtherPixels},
	"image/webp": {func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) }, func(r *bytes.Reader) (image.Image, error) { return webp.Decode(r) }, maxOtherPixels},
}

// Portrait makes a photo what goes on a card: upright, cut to 3:4, small, and drawn anew, so that nothing the
// camera wrote beside it (the place, the time, the phone) is kept.
func Portrait(raw []byte) ([]byte, error) {
	wrong := func(code string, params ...fault.Params) error {
		var bad fault.Input
		bad.Add("file", code, params...)
		return bad.Err()
	}
	if len(raw) > maxPhoto {
		return nil, wrong("member.photo_large", fault.Params{"max": maxPhoto >> 20})
	}
	kind, known := photoKinds[http.DetectContentType(raw)]
	if !known {
		return nil, wrong("member.photo_kind")
	}
	size, err := kind.config(bytes.NewReader(raw))
	switch {
	case err != nil:
		return nil, wrong("member.photo_broken")
	case size.Width > maxPhotoSide || size.Height > maxPhotoSide || size.Width*size.Height > kind.pixels:
		return nil, wrong("member.photo_pixels", fault.Params{"max": kind.pixels / 1_000_000})
	}
	way := orientationOf(raw)
	width, height := size.Width, size.Height
	if way >= 5 { // it lies on its side
		width, height = height, width
	}
	if width < portraitWidth || height < portraitHeight {
		return nil, wrong("member.photo_small", fault.Params{"width": portraitWidth, "height": portraitHeight})
	}
	unpacking.Lock()
	defer unpacking.Unlock()
	photo, err := kind.decode(bytes.NewReader(raw))
	if err != nil {
		return nil, wrong("member.photo_broken")
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, cut(upright(shrunk(photo, way), way)), &jpeg.Options{Quality: portraitQuality})
	return out.Bytes(), err
}

// shrunk is a photo on white, as small as a portrait can be cut from it.
func shrunk(photo image.Image, way int) *image.RGBA {
	b := photo.Bounds()
	wide, high := portraitWidth, portraitHeight
	if way >= 5 {
		wide, high = high, wide
	}
	// by = max(wide/b.Dx, high/b.Dy), rounded up so that no side is a pixel short
	width, height := wide, (wide*b.Dy()+b.Dx()-1)/b.Dx()
	if height < high {
		width, height = (high*b.Dx()+b.Dy()-1)/b.Dy(), high
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(out, out.Bounds(), photo, b, draw.Over, nil)
	return out
}

// upright turns a picture as the camera said it was held (EXIF 2.32, tag 0112).
func upright(in *image.RGBA, way int) *image.RGBA {
	if way <= 1 {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if way >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			to := [...]image.Point{2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y}, 5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x}}[way]
			out.SetRGBA(to.X, to.Y, in.RGBAAt(x, y))
		}
	}
	return out
}

// cut takes the middle, and of what is too high rather the upper part: that is where faces are.
func cut(in *image.RGBA) image.Image {
	b := in.Bounds()
	left, top := (b.Dx()-portraitWidth)/2, (b.Dy()-portraitHeight)/3
	return in.SubImage(image.Rect(left, top, left+portraitWidth, top+portraitHeight))
}

// orientationOf reads how a JPEG's camera was held, 1 to 8; 1, upright, also where it doesn't say.
func orientationOf(raw []byte) int {
	const straight = 1
	if len(raw) < 4 || raw[0] != 0xFF || raw[1] != 0xD8 {
		return straight
	}
	for rest := raw[2:]; len(rest) >= 4 && rest[0] == 0xFF && rest[1] != 0xDA; {
		size := int(binary.BigEndian.Uint16(rest[2:]))
		if size < 2 || len(rest) < 2+size {
			return straight
		}
		if body := rest[4 : 2+size]; rest[1] == 0xE1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return orientationIn(body[6:])
		}
		rest = rest[2+size:]
	}
	return straight
}

// orientationIn looks through the first directory of a TIFF.
func orientationIn(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= 12; n, entries = n-1, entries[12:] {
		if order.Uint16(entries) == 0x0112 && order.Uint16(entries[2:]) == 3 {
			if way := order.Uint16(entries[8:]); way >= 1 && way <= 8 {
				return int(way)
			}
		}
	}
	return 1
}
