use image::{Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let pixel = |x, _| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    RgbImage::from_fn(width, height, pixel).into()
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG whose metadata say that it lies on its side.
fn turned() -> Vec<u8> {
    let jpeg = written(&halves(64, 64), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    // Orientation (0x0112), of type SHORT, once: 6, to be turned by 90 degrees.
    exif.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    exif.extend_from_slice(b"GPS 51.4779 N");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

/// The head of a PNG of this size, without a picture.
fn claim(side: u32) -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
    head.extend([8, 6, 0, 0, 0]);
    let crc = !head.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    });
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &head, &crc.to_be_bytes()].concat()
}

fn seen(png: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(png, ImageFormat::Png).unwrap()
}

fn code(form: Form, image: &[u8]) -> String {
    match square(form, image) {
        Err(Error::Invalid(faults)) => faults[0].code.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_middle_square_of_each_form() {
    for form in Form::ALL {
        let square = seen(&square(form, &written(&halves(600, 100), form.format())).unwrap()).to_rgb8();
        assert_eq!(square.dimensions(), (SIDE, SIDE), "{form:?}");
        let (left, right) = (square.get_pixel(20, 128), square.get_pixel(236, 128));
        assert!(left[0] > 200 && left[2] < 60 && right[2] > 200 && right[0] < 60, "{form:?} {left:?} {right:?}");
    }
    let clear: DynamicImage = RgbaImage::from_pixel(3, 9, Rgba([0, 255, 0, 0])).into();
    assert_eq!(seen(&square(Form::Png, &written(&clear, ImageFormat::Png)).unwrap()).to_rgba8().get_pixel(9, 9)[3], 0);
}

#[test]
fn metadata_turn_the_picture_and_are_gone() {
    let (image, place) = (turned(), b"51.4779");
    let has_place = |bytes: &[u8]| bytes.windows(place.len()).any(|part| part == place);
    let png = square(Form::Jpeg, &image).unwrap();
    assert!(has_place(&image) && !has_place(&png));
    let square = seen(&png).to_rgb8();
    let (top, bottom) = (square.get_pixel(128, 20), square.get_pixel(128, 236));
    assert!(top[0] > 200 && bottom[2] > 200, "{top:?} {bottom:?}");
}

#[test]
fn what_is_no_such_image_is_refused() {
    let png = written(&halves(64, 64), ImageFormat::Png);
    assert_eq!(code(Form::Jpeg, &png), "image-type");
    assert_eq!(code(Form::Png, b"GIF89a"), "image-type");
    let jpeg = written(&halves(64, 64), ImageFormat::Jpeg);
    assert_eq!(code(Form::Jpeg, &jpeg[..jpeg.len() / 3]), "image-broken");
    for broken in [&b""[..], &png[..png.len() / 2], &png[..20]] {
        assert_eq!(code(Form::Png, broken), "image-broken");
    }
    assert_eq!(code(Form::WebP, b"RIFF\0\0\0\0WEBPVP8L"), "image-broken");
    assert_eq!(code(Form::Png, &claim(50_000)), "image-too-large");
    assert_eq!(code(Form::Png, &claim(SIDE_MAX + 1)), "image-too-large");
    assert_eq!(code(Form::Png, &claim(SIDE_MAX)), "image-broken");
    assert_eq!(code(Form::Jpeg, &written(&halves(SIDE_MAX + 8, 2), ImageFormat::Jpeg)), "image-too-large");
}
