//! Images that people send: decoded within limits and written anew, so that nothing but the picture is kept. A photograph
//! tells where it was taken, and a file may be made to harm who opens it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, ImageResult, Limits,
    imageops::{self, FilterType},
    metadata::Orientation,
};
use quarterdeck_domain::{Error, Result};
use sha2::{Digest as _, Sha256};
use tokio::{sync::Semaphore, task};

/// Pixels of a side of an avatar.
const SIDE: u32 = 256;
/// Most pixels of a side of what is sent.
const SIDE_MAX: u32 = 4_096;
/// Most memory that a decoder may take: what the largest image needs with 16 bits for each of four channels.
const DECODER_BYTES: u64 = SIDE_MAX as u64 * SIDE_MAX as u64 * 8 + (16 << 20);

/// One image is decoded at a time: many at once would cost more memory than all the rest.
static TURN: Semaphore = Semaphore::const_new(1);

/// A form of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// PNG (ISO/IEC 15948).
    Png,
    /// JPEG (ISO/IEC 10918).
    Jpeg,
    /// WebP (RFC 9649).
    WebP,
}

impl Form {
    /// All forms.
    pub const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::WebP];

    /// Media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }

    const fn format(self) -> ImageFormat {
        match self {
            Self::Png => ImageFormat::Png,
            Self::Jpeg => ImageFormat::Jpeg,
            Self::WebP => ImageFormat::WebP,
        }
    }
}

/// What an image is known by.
pub(crate) fn digest(image: &[u8]) -> String {
    hex::encode(&Sha256::digest(image)[..8])
}

/// The middle square of `image` as a PNG of 256 by 256 pixels, made off the async threads.
///
/// # Errors
/// `Invalid` when it is not of this form, broken or too large.
pub(crate) async fn squared(form: Form, image: Vec<u8>) -> Result<Vec<u8>> {
    let turn = TURN.acquire().await.map_err(Error::internal)?;
    let work = move || {
        // The work goes on when nobody waits for it any more.
        let _turn = turn;
        square(form, &image)
    };
    task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn square(form: Form, image: &[u8]) -> Result<Vec<u8>> {
    let is_another = image::guess_format(image).is_ok_and(|found| found != form.format());
    if is_another {
        return Err(Error::field("", "image-type", format!("must be {}, as Content-Type says", form.media_type())));
    }
    let (picture, orientation) = decode(form, image).map_err(|error| match error {
        ImageError::Limits(_) => {
            Error::field("", "image-too-large", format!("must have at most {SIDE_MAX} by {SIDE_MAX} pixels"))
        }
        _ => Error::field("", "image-broken", format!("must be a whole image; this {} is damaged", form.media_type())),
    })?;
    let side = picture.width().min(picture.height());
    let (left, top) = ((picture.width() - side) / 2, (picture.height() - side) / 2);
    // A view: a copy would take as much memory again.
    let middle = imageops::crop_imm(&picture, left, top, side, side);
    let mut square = DynamicImage::from(imageops::resize(&*middle, SIDE, SIDE, FilterType::Triangle));
    square.apply_orientation(orientation);
    if !picture.color().has_alpha() {
        square = square.to_rgb8().into();
    }
    encode(&square)
}

/// The picture, and how it has to be turned: its metadata say so, which are not kept.
fn decode(form: Form, image: &[u8]) -> ImageResult<(DynamicImage, Orientation)> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(image), form.format());
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

fn encode(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(Error::internal)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests;
